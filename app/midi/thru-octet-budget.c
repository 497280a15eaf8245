/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-octet-budget.h"

void
thru_octet_budget_init (ThruOctetBudget *budget,
                        size_t           max,
                        ThruOctetBudget *parent)
{
  budget->parent = parent;
  budget->max = max;
  budget->used = 0;
}

bool
thru_octet_budget_take (ThruOctetBudget *budget,
                        size_t           n)
{
  if (n > budget->max - budget->used)
    return false;
  if (budget->parent != NULL && !thru_octet_budget_take (budget->parent, n))
    return false;
  budget->used += n;
  return true;
}

void
thru_octet_budget_give (ThruOctetBudget *budget,
                        size_t           n)
{
  for (; budget != NULL; budget = budget->parent)
    budget->used -= n < budget->used ? n : budget->used;
}
