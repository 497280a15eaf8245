/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-loop-probe.h"

#include <string.h>

#define ANSWER_US (2 * THRU_LOOP_PROBE_WINDOW_US)
#define PATIENCE_FACTOR 4      /* a round, and the way of the marks, may lie between two rooms that see the same loop */
#define CUT_REST_US 1000000    /* who undid the muting may want the loop for a while */
#define REST_MIN_US 8000000
#define REST_MAX_US 64000000
#define VELOCITIES 127

static uint64_t
scramble (uint64_t x)
{
  x ^= x >> 31;
  x *= 0x7fb5d329728ea185u;
  x ^= x >> 27;
  x *= 0x81dadef4bc2dd44du;
  return x ^ x >> 33;
}

static bool
take_mark (ThruLoopProbe *probe,
           const uint8_t *message,
           size_t         length)
{
  if (length != THRU_LOOP_PROBE_MARK_LENGTH)
    return false;

  for (unsigned i = 0; i < probe->n_marked; i++)
    {
      for (unsigned j = 0; j < THRU_LOOP_PROBE_MARKS; j++)
        {
          ThruLoopMark *mark = &probe->marks[i][j];

          if (mark->is_away && memcmp (mark->octets, message, length) == 0)
            {
              mark->is_away = false;
              return true;
            }
        }
    }
  return false;
}

static void
give_up (ThruLoopProbe *probe,
         uint64_t       time_us)
{
  probe->is_asking = false;
  probe->suspected_us = 0;
  probe->rest_until_us = time_us + probe->rest_us;
  if (probe->rest_us < REST_MAX_US)
    probe->rest_us *= 2;
}

static ThruLoopProbeAdvice
suspect (ThruLoopProbe *probe,
         uint64_t       time_us)
{
  if (!thru_echo_count_is_loop (&probe->count, THRU_LOOP_PROBE_COUNT_MIN, NULL))
    {
      probe->suspected_us = 0;
      return THRU_LOOP_PROBE_NOTHING;
    }
  if (probe->suspected_us == 0)
    probe->suspected_us = time_us;
  if (time_us < probe->suspected_us + probe->patience_us || time_us < probe->rest_until_us)
    return THRU_LOOP_PROBE_NOTHING;

  probe->is_asking = true;
  probe->asked_us = time_us;
  probe->n_marked = 0;
  probe->seed = time_us;
  return THRU_LOOP_PROBE_ASK;
}

void
thru_loop_probe_init (ThruLoopProbe *probe)
{
  memset (probe, 0, sizeof *probe);
  thru_echo_count_init (&probe->count, THRU_LOOP_PROBE_WINDOW_US, THRU_LOOP_PROBE_PART_US);
  probe->rest_us = REST_MIN_US;
}

void
thru_loop_probe_set_patience (ThruLoopProbe *probe,
                              uint64_t       us)
{
  probe->patience_us = PATIENCE_FACTOR * us;
}

ThruLoopProbeAdvice
thru_loop_probe_hear (ThruLoopProbe *probe,
                      const uint8_t *message,
                      size_t         length,
                      uint64_t       time_us)
{
  ThruEchoBefore before;

  if (take_mark (probe, message, length))
    return THRU_LOOP_PROBE_CAME_BACK;
  if (!thru_echo_count_hear (&probe->count, message, length, time_us, &before))
    return THRU_LOOP_PROBE_NOTHING;

  /* Nobody waits for the answer: while there is a loop there is something to hear. */
  if (probe->is_asking && time_us > probe->asked_us + ANSWER_US)
    give_up (probe, time_us);
  if (probe->is_asking || !before.is_echo)
    return THRU_LOOP_PROBE_NOTHING;
  probe->channel = message[0] & 0x0f;
  return suspect (probe, time_us);
}

unsigned
thru_loop_probe_get_channel (const ThruLoopProbe *probe)
{
  return probe->channel;
}

void
thru_loop_probe_postpone (ThruLoopProbe *probe)
{
  probe->is_asking = false;
}

bool
thru_loop_probe_mark (ThruLoopProbe *probe,
                      uint8_t        note,
                      uint8_t        marks[THRU_LOOP_PROBE_MARKS][THRU_LOOP_PROBE_MARK_LENGTH])
{
  if (probe->n_marked == THRU_LOOP_PROBE_ROUTES)
    return false;

  for (unsigned i = 0; i < THRU_LOOP_PROBE_MARKS; i++)
    {
      ThruLoopMark *mark = &probe->marks[probe->n_marked][i];

      probe->seed = scramble (probe->seed + probe->n_marked * THRU_LOOP_PROBE_MARKS + i + 1);
      mark->octets[0] = 0x80 | probe->channel;
      mark->octets[1] = note;
      mark->octets[2] = (uint8_t)(1 + probe->seed % VELOCITIES);
      mark->is_away = true;
      memcpy (marks[i], mark->octets, sizeof mark->octets);
    }
  probe->n_marked++;
  return true;
}

int
thru_loop_probe_take_closed (ThruLoopProbe *probe,
                             uint64_t       time_us)
{
  for (unsigned i = 0; probe->is_asking && i < probe->n_marked; i++)
    {
      bool all = true;

      for (unsigned j = 0; j < THRU_LOOP_PROBE_MARKS; j++)
        all &= !probe->marks[i][j].is_away;
      if (!all)
        continue;

      probe->is_asking = false;
      probe->suspected_us = 0;
      probe->rest_us = REST_MIN_US;
      probe->rest_until_us = time_us + CUT_REST_US;
      thru_echo_count_forget (&probe->count);
      return (int)i;
    }
  return -1;
}
