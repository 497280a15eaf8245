/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-echo-count.h"

#include <string.h>

#define FRESH_SHARE 4 /* more than one fresh message for four echoes: no loop */

static bool
is_channel_message (const uint8_t *message,
                    size_t         length)
{
  return length <= 3 && message[0] >= 0x80 && message[0] < 0xf0;
}

static uint32_t
pack (const uint8_t *message,
      size_t         length)
{
  uint32_t packed = (uint32_t)message[0] << 16;

  if (length > 1)
    packed |= (uint32_t)message[1] << 8;
  if (length > 2)
    packed |= message[2];
  return packed;
}

static ThruEchoHeard *
find_heard (ThruEchoCount *count,
            uint32_t       message)
{
  return &count->heard[message * 2654435761u >> (32 - THRU_ECHO_HEARD_BITS)];
}

/* Empties the parts that have passed unheard. */
static ThruEchoPart *
get_part (ThruEchoCount *count,
          uint64_t       time_us)
{
  uint64_t part = time_us / count->part_us;

  if (part > count->part + THRU_ECHO_N_PARTS)
    count->part = part - THRU_ECHO_N_PARTS;
  while (count->part < part)
    {
      count->part++;
      memset (&count->parts[count->part % THRU_ECHO_N_PARTS], 0, sizeof count->parts[0]);
    }
  return &count->parts[count->part % THRU_ECHO_N_PARTS];
}

void
thru_echo_count_init (ThruEchoCount *count,
                      uint64_t       window_us,
                      uint64_t       part_us)
{
  memset (count, 0, sizeof *count);
  count->window_us = window_us;
  count->part_us = part_us;
}

bool
thru_echo_count_hear (ThruEchoCount  *count,
                      const uint8_t  *message,
                      size_t          length,
                      uint64_t        time_us,
                      ThruEchoBefore *before)
{
  uint32_t packed;
  ThruEchoHeard *heard;
  ThruEchoPart *part;

  if (!is_channel_message (message, length))
    return false;

  packed = pack (message, length);
  heard = find_heard (count, packed);
  before->before_us = heard->time_us;
  before->is_known = heard->message == packed;
  before->is_echo = before->is_known && time_us >= heard->time_us && time_us - heard->time_us <= count->window_us;
  heard->message = packed;
  heard->time_us = time_us;

  part = get_part (count, time_us);
  if (!before->is_echo)
    {
      part->n_fresh++;
      return true;
    }
  part->n_echoes++;
  if (time_us - before->before_us > part->away_us)
    part->away_us = (uint32_t)(time_us - before->before_us);
  return true;
}

/* All but the present part, which has only begun, must have some: a loop never pauses. */
bool
thru_echo_count_is_loop (const ThruEchoCount *count,
                         uint32_t             n_min,
                         ThruEchoPart        *all)
{
  ThruEchoPart sum = { 0, 0, 0 };

  for (unsigned i = 0; i < THRU_ECHO_N_PARTS; i++)
    {
      const ThruEchoPart *part = &count->parts[i];

      if (part->n_echoes == 0 && i != count->part % THRU_ECHO_N_PARTS)
        return false;
      sum.n_echoes += part->n_echoes;
      sum.n_fresh += part->n_fresh;
      if (part->away_us > sum.away_us)
        sum.away_us = part->away_us;
    }
  if (all != NULL)
    *all = sum;
  return sum.n_echoes >= n_min && sum.n_fresh <= sum.n_echoes / FRESH_SHARE;
}

void
thru_echo_count_forget (ThruEchoCount *count)
{
  memset (count->parts, 0, sizeof count->parts);
}
