/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-port-table.h"

#include <stdlib.h>
#include <string.h>

/* Where the number is, or would be. */
static size_t
find (const ThruPortTable *table,
      ThruPortNumber       number)
{
  size_t low = 0;
  size_t high = table->n;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (table->entries[middle].number < number)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static bool
is_at (const ThruPortTable *table,
       size_t               index,
       ThruPortNumber       number)
{
  return index < table->n && table->entries[index].number == number;
}

static bool
make_room (ThruPortTable *table)
{
  size_t capacity = table->capacity > 0 ? 2 * table->capacity : 8;
  ThruPortEntry *entries;

  if (table->n < table->capacity)
    return true;
  entries = realloc (table->entries, capacity * sizeof *entries);
  if (entries == NULL)
    return false;
  table->entries = entries;
  table->capacity = capacity;
  return true;
}

void
thru_port_table_clear (ThruPortTable *table)
{
  free (table->entries);
  memset (table, 0, sizeof *table);
}

void *
thru_port_table_lookup (const ThruPortTable *table,
                        ThruPortNumber       number)
{
  size_t index = find (table, number);

  return is_at (table, index, number) ? table->entries[index].port : NULL;
}

bool
thru_port_table_insert (ThruPortTable *table,
                        ThruPortNumber number,
                        void          *port)
{
  size_t index = find (table, number);

  if (number == 0 || is_at (table, index, number) || !make_room (table))
    return false;
  memmove (table->entries + index + 1, table->entries + index, (table->n - index) * sizeof *table->entries);
  table->entries[index] = (ThruPortEntry){ number, port };
  table->n++;
  return true;
}

void
thru_port_table_remove (ThruPortTable *table,
                        ThruPortNumber number)
{
  size_t index = find (table, number);

  if (!is_at (table, index, number))
    return;
  table->n--;
  memmove (table->entries + index, table->entries + index + 1, (table->n - index) * sizeof *table->entries);
}
