/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-echo-detector.h"

#include <string.h>

#define MARGIN_US 5000        /* beyond the longest time that an echo was away */
#define AWAY_MIN_US 40000     /* where loops double what is in them, a message comes more often than it goes round */
#define STORM_COUNT_MIN 400   /* nobody plays the same 800 times a second */
#define STORM_AWAY_US 650000  /* so it may be two slow loops that doubled what is in them; nothing is lost by waiting longer */
#define GROWN_MIN_US 1000000     /* who undid the muting may want the loop */
#define GROWN_MAX_US 4000000
#define REST_MIN_US 2000000
#define REST_MAX_US 64000000

static ThruEchoAdvice
suspect (ThruEchoDetector *detector,
         uint64_t          time_us)
{
  ThruEchoPart all;

  if (!thru_echo_count_is_loop (&detector->count, THRU_ECHO_COUNT_MIN, &all))
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
  detector->away_us = (all.away_us > AWAY_MIN_US ? all.away_us : AWAY_MIN_US) + MARGIN_US;
  if (all.n_echoes >= STORM_COUNT_MIN && detector->rest_us > REST_MIN_US)
    detector->away_us = STORM_AWAY_US;
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
  thru_echo_count_init (&detector->count, THRU_ECHO_WINDOW_US, THRU_ECHO_PART_US);
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
  ThruEchoBefore before;

  if (!thru_echo_count_hear (&detector->count, message, length, time_us, &before))
    return THRU_ECHO_NOTHING;
  if (detector->phase == THRU_ECHO_LISTENING)
    return before.is_echo ? suspect (detector, time_us) : THRU_ECHO_NOTHING;
  return before.is_known ? hear_again (detector, before.is_echo, before.before_us, time_us) : THRU_ECHO_NOTHING;
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
  thru_echo_count_forget (&detector->count);
  detector->suspected_us = 0;
  detector->phase = THRU_ECHO_LISTENING;
  detector->rest_until_us = now_us + detector->rest_us;
  if (detector->rest_us < REST_MAX_US)
    detector->rest_us *= 2;
}
