/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-probation.h"
#include "thru-limits.h"

ThruProbationVerdict
thru_probation_judge (const ThruProbation *probation,
                      gint64               now_us)
{
  g_return_val_if_fail (probation != NULL, THRU_PROBATION_FINE);

  if (probation->accepted_us != 0)
    return THRU_PROBATION_FINE;

  if (probation->asked_us == 0)
    return now_us >= probation->opened_us + THRU_LIMIT_HELLO_US ? THRU_PROBATION_NO_HELLO : THRU_PROBATION_FINE;

  if (now_us >= probation->last_input_us + THRU_LIMIT_UNDECIDED_QUIET_US)
    return THRU_PROBATION_SILENT;

  return now_us >= probation->asked_us + THRU_LIMIT_UNDECIDED_US ? THRU_PROBATION_UNANSWERED : THRU_PROBATION_FINE;
}

gint64
thru_probation_get_deadline (const ThruProbation *probation)
{
  g_return_val_if_fail (probation != NULL, G_MAXINT64);

  if (probation->accepted_us != 0)
    return G_MAXINT64;

  if (probation->asked_us == 0)
    return probation->opened_us + THRU_LIMIT_HELLO_US;

  return MIN (probation->asked_us + THRU_LIMIT_UNDECIDED_US, probation->last_input_us + THRU_LIMIT_UNDECIDED_QUIET_US);
}
