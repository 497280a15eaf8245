/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-link-rule.h"

#include <glib.h>

/* A room with the smaller id and one with the larger; each opened one link. */
static void
test_both_keep_the_same (void)
{
  /* For the smaller its own is the first, for the larger the other's is. */
  g_assert_cmpint (thru_link_rule_choose ("a", "b", true, false), ==, THRU_LINK_RULE_OLDER);
  g_assert_cmpint (thru_link_rule_choose ("b", "a", false, true), ==, THRU_LINK_RULE_OLDER);

  /* And the other way round, as each may have heard of them in another order. */
  g_assert_cmpint (thru_link_rule_choose ("a", "b", false, true), ==, THRU_LINK_RULE_NEWER);
  g_assert_cmpint (thru_link_rule_choose ("b", "a", true, false), ==, THRU_LINK_RULE_NEWER);
}

static void
test_who_opens_a_second_lost_the_first (void)
{
  g_assert_cmpint (thru_link_rule_choose ("a", "b", false, false), ==, THRU_LINK_RULE_NEWER);
  g_assert_cmpint (thru_link_rule_choose ("b", "a", false, false), ==, THRU_LINK_RULE_NEWER);
}

static void
test_of_two_of_ours_they_choose (void)
{
  g_assert_cmpint (thru_link_rule_choose ("a", "b", true, true), ==, THRU_LINK_RULE_THEIRS);
  g_assert_cmpint (thru_link_rule_choose ("b", "a", true, true), ==, THRU_LINK_RULE_THEIRS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/link-rule/both-rooms-keep-the-same-one", test_both_keep_the_same);
  g_test_add_func ("/engine/link-rule/who-opens-a-second-lost-the-first", test_who_opens_a_second_lost_the_first);
  g_test_add_func ("/engine/link-rule/of-two-of-ours-they-choose", test_of_two_of_ours_they_choose);
  return g_test_run ();
}
