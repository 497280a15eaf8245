/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define OCTETS_SHOWN 24

bool sim_log_wanted;

void
sim_log_print (uint64_t    now_ms,
               const char *format,
               ...)
{
  va_list arguments;

  printf ("%8" PRIu64 " ", now_ms);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
}

void
sim_log_message (uint64_t       now_ms,
                 const char    *what,
                 unsigned       number,
                 const uint8_t *octets,
                 unsigned       length)
{
  if (!sim_log_wanted)
    return;
  printf ("%8" PRIu64 " %s %u:", now_ms, what, number);
  for (unsigned i = 0; i < length && i < OCTETS_SHOWN; i++)
    printf (" %02X", octets[i]);
  if (length > OCTETS_SHOWN)
    printf (" and %u more", length - OCTETS_SHOWN);
  putchar ('\n');
}
