/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* How many octets several owners may hold together: what long System Exclusive takes is counted here, whoever keeps it.
 * A budget may be a share of a larger one (its parent); what is taken from it is taken from both. Not thread-safe. */
typedef struct _ThruOctetBudget
{
  struct _ThruOctetBudget *parent; /* nullable, borrowed */
  size_t                   max;
  size_t                   used;
} ThruOctetBudget;

void thru_octet_budget_init (ThruOctetBudget *budget,
                             size_t           max,
                             ThruOctetBudget *parent);

/* FALSE: so many are not left; nothing was taken. */
bool thru_octet_budget_take (ThruOctetBudget *budget,
                             size_t           n);
void thru_octet_budget_give (ThruOctetBudget *budget,
                             size_t           n);
