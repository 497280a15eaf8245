/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long a connection may stay without being accepted: until it says hello, while it is silent, until somebody has decided.
 * Time is an argument, in microseconds; members are set by who has it. */
typedef struct
{
  gint64 opened_us;
  gint64 asked_us;      /* 0: it has not said who it is */
  gint64 accepted_us;   /* 0: it is not */
  gint64 last_input_us;
} ThruProbation;

typedef enum
{
  THRU_PROBATION_FINE,
  THRU_PROBATION_NO_HELLO,
  THRU_PROBATION_SILENT,
  THRU_PROBATION_UNANSWERED, /* nobody accepted it */
} ThruProbationVerdict;

ThruProbationVerdict thru_probation_judge        (const ThruProbation *probation,
                                                  gint64               now_us);

/* When the verdict may change without anything happening; G_MAXINT64: never. */
gint64               thru_probation_get_deadline (const ThruProbation *probation);

G_END_DECLS
