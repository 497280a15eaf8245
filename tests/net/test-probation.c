/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-limits.h"
#include "thru-probation.h"

#define NOW (1000 * (gint64)G_USEC_PER_SEC)

static void
assert_ends (const ThruProbation *probation,
             ThruProbationVerdict verdict,
             gint64               when_us)
{
  g_assert_cmpint (thru_probation_get_deadline (probation), ==, when_us);
  g_assert_cmpint (thru_probation_judge (probation, when_us - 1), ==, THRU_PROBATION_FINE);
  g_assert_cmpint (thru_probation_judge (probation, when_us), ==, verdict);
  g_assert_cmpint (thru_probation_judge (probation, when_us + 1), ==, verdict);
}

static void
test_no_hello (void)
{
  ThruProbation probation = { .opened_us = NOW, .last_input_us = NOW + 1 };

  assert_ends (&probation, THRU_PROBATION_NO_HELLO, NOW + 5 * G_USEC_PER_SEC);
}

static void
test_silent (void)
{
  ThruProbation probation = { .opened_us = NOW, .asked_us = NOW + 1, .last_input_us = NOW + 2 };

  assert_ends (&probation, THRU_PROBATION_SILENT, NOW + 2 + 30 * G_USEC_PER_SEC);
}

static void
test_unanswered (void)
{
  ThruProbation probation = { .opened_us = NOW, .asked_us = NOW + 1, .last_input_us = NOW + 119 * G_USEC_PER_SEC };

  assert_ends (&probation, THRU_PROBATION_UNANSWERED, NOW + 1 + 120 * G_USEC_PER_SEC);
}

static void
test_accepted (void)
{
  ThruProbation probation = { .opened_us = NOW, .asked_us = NOW, .accepted_us = NOW, .last_input_us = NOW };

  g_assert_cmpint (thru_probation_judge (&probation, 1000 * NOW), ==, THRU_PROBATION_FINE);
  g_assert_cmpint (thru_probation_get_deadline (&probation), ==, G_MAXINT64);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/probation/hello-is-waited-for-5-s", test_no_hello);
  g_test_add_func ("/net/probation/silence-ends-after-30-s", test_silent);
  g_test_add_func ("/net/probation/decision-is-waited-for-120-s", test_unanswered);
  g_test_add_func ("/net/probation/accepted-connection-stays", test_accepted);

  return g_test_run ();
}
