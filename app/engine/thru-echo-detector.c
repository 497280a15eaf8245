/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-echo-detector.h"

#include <string.h>

#define MARGIN_US 5000        /* beyond the longest time that an echo was away */
#define AWAY_MIN_US 40000     /* where loops double what is in them, a message comes more often than it goes round */
#define FRESH_SHARE 4         /* more than one fresh message for four echoes: no loop */
#define GROWN_MIN_US 1000000     /* who undid the muting may want the loop */
#define GROWN_MAX_US 4000000
#define REST_MIN_US 2000000
#define REST_MAX_US 64000000

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
find_heard (ThruEchoDetector *detector,
            uint32_t          message)
{
  return &detector->heard[message * 2654435761u >> 26];
}

/* Empties the parts that have passed unheard. */
static ThruEchoPart *
get_part (ThruEchoDetector *detector,
          uint64_t          time_us)
{
  uint64_t part = time_us / THRU_ECHO_PART_US;

  if (part > detector->part + THRU_ECHO_N_PARTS)
    detector->part = part - THRU_ECHO_N_PARTS;
  while (detector->part < part)
    {
      detector->part++;
      memset (&detector->parts[detector->part % THRU_ECHO_N_PARTS], 0, sizeof detector->parts[0]);
    }
  return &detector->parts[detector->part % THRU_ECHO_N_PARTS];
}

/* All but the present part, which has only begun, must have some: a loop never pauses. */
static bool
looks_like_echo (const ThruEchoDetector *detector,
                 uint32_t               *away_us)
{
  uint32_t n_echoes = 0;
  uint32_t n_fresh = 0;

  *away_us = 0;
  for (unsigned i = 0; i < THRU_ECHO_N_PARTS; i++)
    {
      const ThruEchoPart *part = &detector->parts[i];

      if (part->n_echoes == 0 && i != detector->part % THRU_ECHO_N_PARTS)
        return false;
      n_echoes += part->n_echoes;
      n_fresh += part->n_fresh;
      if (part->away_us > *away_us)
        *away_us = part->away_us;
    }
  return n_echoes >= THRU_ECHO_COUNT_MIN && n_fresh <= n_echoes / FRESH_SHARE;
}

static ThruEchoAdvice
suspect (ThruEchoDetector *detector,
         uint64_t          time_us)
{
  uint32_t away_us;

  if (!looks_like_echo (detector, &away_us))
    {
      detector->suspected_us = 0;
      return THRU_ECHO_NOTHING;
    }
  if (detector->suspected_us == 0)
    detector->suspected_us = time_us;
  if (time_us < detector->suspected_us + detector->patience_us + detector->grown_us || time_us < detector->rest_until_us)
    return THRU_ECHO_NOTHING;

  detector->phase = THRU_ECHO_HOLDING;
  detector->held_us = detector->phase_us = time_us;
  detector->away_us = (away_us > AWAY_MIN_US ? away_us : AWAY_MIN_US) + MARGIN_US;
  detector->came = false;
  detector->n_returns = 0;
  return THRU_ECHO_HOLD;
}

/* The same was heard at @before_us; @is_echo: within the window. */
static ThruEchoAdvice
hear_again (ThruEchoDetector *detector,
            bool              is_echo,
            uint64_t          before_us,
            uint64_t          time_us)
{
  if (before_us < detector->held_us)
    return THRU_ECHO_NOTHING;

  /* Not what was played anew since. */
  if (detector->phase == THRU_ECHO_LETTING)
    {
      detector->came |= before_us <= detector->phase_us;
      return THRU_ECHO_NOTHING;
    }

  /* What was under way when the hold began is back by now: this is the source itself, or another route. */
  if (is_echo && time_us > detector->phase_us + detector->away_us && !detector->came)
    {
      detector->came = true;
      return THRU_ECHO_NOT_THIS;
    }
  return THRU_ECHO_NOTHING;
}

void
thru_echo_detector_init (ThruEchoDetector *detector)
{
  memset (detector, 0, sizeof *detector);
  detector->rest_us = REST_MIN_US;
}

void
thru_echo_detector_set_patience (ThruEchoDetector *detector,
                                 uint64_t          us)
{
  detector->patience_us = us;
}

ThruEchoAdvice
thru_echo_detector_hear (ThruEchoDetector *detector,
                         const uint8_t    *message,
                         size_t            length,
                         uint64_t          time_us)
{
  uint32_t packed;
  ThruEchoHeard *heard;
  ThruEchoPart *part;
  uint64_t before_us;
  bool is_same;
  bool is_echo;

  if (!is_channel_message (message, length))
    return THRU_ECHO_NOTHING;

  packed = pack (message, length);
  heard = find_heard (detector, packed);
  before_us = heard->time_us;
  is_same = heard->message == packed;
  is_echo = is_same && time_us >= before_us && time_us - before_us <= THRU_ECHO_WINDOW_US;
  heard->message = packed;
  heard->time_us = time_us;

  part = get_part (detector, time_us);
  if (!is_echo)
    {
      part->n_fresh++;
    }
  else
    {
      part->n_echoes++;
      if (time_us - before_us > part->away_us)
        part->away_us = (uint32_t)(time_us - before_us);
    }

  if (detector->phase != THRU_ECHO_LISTENING)
    return is_same ? hear_again (detector, is_echo, before_us, time_us) : THRU_ECHO_NOTHING;
  return is_echo ? suspect (detector, time_us) : THRU_ECHO_NOTHING;
}

bool
thru_echo_detector_is_sure (const ThruEchoDetector *detector)
{
  return detector->n_returns > 0;
}

ThruEchoAdvice
thru_echo_detector_advance (ThruEchoDetector *detector,
                            uint64_t          now_us)
{
  if (detector->phase == THRU_ECHO_LISTENING)
    return THRU_ECHO_NOTHING;

  if (detector->phase == THRU_ECHO_LETTING)
    {
      if (detector->came)
        {
          detector->n_returns++;
          detector->phase = THRU_ECHO_HOLDING;
          detector->held_us = detector->phase_us = now_us;
          detector->came = false;
          return THRU_ECHO_HOLD;
        }
      if (now_us > detector->phase_us + 2 * detector->away_us)
        thru_echo_detector_give_up (detector, now_us);
      return THRU_ECHO_NOTHING;
    }

  if (now_us <= detector->phase_us + 2 * detector->away_us)
    return THRU_ECHO_NOTHING;
  if (thru_echo_detector_is_sure (detector))
    {
      thru_echo_detector_give_up (detector, now_us);
      detector->rest_us = REST_MIN_US;
      detector->rest_until_us = 0;
      detector->grown_us = detector->grown_us == 0 ? GROWN_MIN_US : 2 * detector->grown_us;
      if (detector->grown_us > GROWN_MAX_US)
        detector->grown_us = GROWN_MAX_US;
      return THRU_ECHO_LOOP;
    }
  detector->phase = THRU_ECHO_LETTING;
  detector->phase_us = now_us;
  detector->came = false;
  return THRU_ECHO_LET_GO;
}

void
thru_echo_detector_hold_others (ThruEchoDetector *detector,
                                uint64_t          now_us)
{
  detector->phase_us = now_us;
  detector->came = false;
}

void
thru_echo_detector_postpone (ThruEchoDetector *detector)
{
  detector->phase = THRU_ECHO_LISTENING;
}

void
thru_echo_detector_give_up (ThruEchoDetector *detector,
                            uint64_t          now_us)
{
  memset (detector->parts, 0, sizeof detector->parts);
  detector->suspected_us = 0;
  detector->phase = THRU_ECHO_LISTENING;
  detector->rest_until_us = now_us + detector->rest_us;
  if (detector->rest_us < REST_MAX_US)
    detector->rest_us *= 2;
}
