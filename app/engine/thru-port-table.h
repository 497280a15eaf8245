/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-router.h"

/* A table of numbered things, for a few hundred of them: kept sorted, found by bisection. Number 0 is none. */
typedef struct
{
  ThruPortNumber number;
  void          *port;
} ThruPortEntry;

typedef struct
{
  ThruPortEntry *entries; /* owned; readable: entries[0] to entries[n - 1] */
  size_t         n;
  size_t         capacity;
} ThruPortTable;

/* A zeroed table is an empty one. Clearing does not touch the ports. */
void  thru_port_table_clear  (ThruPortTable       *table);

/* NULL when it is not there. */
void *thru_port_table_lookup (const ThruPortTable *table,
                              ThruPortNumber       number);

/* FALSE: number 0, there already, or out of memory. */
bool  thru_port_table_insert (ThruPortTable       *table,
                              ThruPortNumber       number,
                              void                *port);
void  thru_port_table_remove (ThruPortTable       *table,
                              ThruPortNumber       number);
