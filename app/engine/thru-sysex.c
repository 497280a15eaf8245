/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-sysex.h"

#include <stdlib.h>

/* The share of who brought it is free for the next one; the whole still counts it. */
static ThruOctetBudget *
leave_share (ThruOctetBudget *budget,
             size_t           charged)
{
  ThruOctetBudget *whole = budget;

  if (budget == NULL)
    return NULL;
  while (whole->parent != NULL)
    whole = whole->parent;
  for (; budget != whole; budget = budget->parent)
    budget->used -= charged < budget->used ? charged : budget->used;
  return whole;
}

ThruSysex *
thru_sysex_new_from_parser (ThruMidiParser *parser,
                            size_t          length)
{
  ThruSysex *sysex = malloc (sizeof *sysex);

  if (sysex == NULL)
    return NULL;
  sysex->n_refs = 1;
  sysex->length = length;
  sysex->octets = thru_midi_parser_steal_sysex (parser, &sysex->charged);
  sysex->budget = leave_share (parser->budget, sysex->charged);
  return sysex;
}

ThruSysex *
thru_sysex_ref (ThruSysex *sysex)
{
  sysex->n_refs++;
  return sysex;
}

void
thru_sysex_unref (ThruSysex *sysex)
{
  if (--sysex->n_refs > 0)
    return;
  thru_octet_budget_give (sysex->budget, sysex->charged);
  free (sysex->octets);
  free (sysex);
}
