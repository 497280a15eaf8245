/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-lapse.h"

#define UNFELT_US 10000
#define MUSIC_US 2000000 /* so long after the last note, music is played */

static void
doubt (ThruLapse *lapse,
       uint64_t   from_us,
       uint64_t   now_us,
       uint64_t   length_us,
       bool       lapsed)
{
  bool again = now_us <= lapse->until_us;

  if (!again)
    lapse->from_us = from_us;
  if (!again || length_us > lapse->length_us)
    lapse->length_us = length_us;
  lapse->has_lost = lapsed || (again && lapse->has_lost);
  lapse->until_us = now_us + THRU_LAPSE_WAKING_US;
}

/* The music. */
static bool
is_over (const ThruLapse *lapse,
         uint64_t         now_us)
{
  return now_us >= lapse->music_us + MUSIC_US;
}

bool
thru_lapse_run (ThruLapse *lapse,
                uint64_t   now_us)
{
  uint64_t due_us = lapse->due_us != 0 ? lapse->due_us : now_us;
  uint64_t away_us = lapse->due_us != 0 && now_us > lapse->ran_us ? now_us - lapse->ran_us : 0;
  bool lapsed = away_us > (lapse->is_quiet ? THRU_LAPSE_QUIET_US : THRU_LAPSE_US);
  bool woken = lapse->wakes && now_us > lapse->until_us;

  if (lapsed || now_us > due_us + UNFELT_US)
    doubt (lapse, due_us, now_us, lapsed ? away_us : now_us - due_us, lapsed);
  if (lapsed)
    lapse->music_us = now_us;
  lapse->wakes = lapsed || (lapse->wakes && !woken);
  lapse->is_quiet = is_over (lapse, now_us);
  if (now_us > lapse->ran_us)
    lapse->ran_us = now_us;
  lapse->due_us = lapse->ran_us + (lapse->is_quiet ? THRU_LAPSE_QUIET_BEAT_US : THRU_LAPSE_BEAT_US);
  return lapsed || woken;
}

void
thru_lapse_play (ThruLapse *lapse,
                 uint64_t   now_us)
{
  lapse->music_us = now_us;
  lapse->is_quiet = false;
  if (lapse->due_us > now_us + THRU_LAPSE_BEAT_US)
    lapse->due_us = now_us + THRU_LAPSE_BEAT_US;
}

bool
thru_lapse_rests (const ThruLapse *lapse,
                  uint64_t         now_us)
{
  return !lapse->is_quiet && is_over (lapse, now_us);
}

uint64_t
thru_lapse_due (const ThruLapse *lapse)
{
  return lapse->due_us;
}

static bool
is_doubted (const ThruLapse *lapse,
            uint64_t         time_us)
{
  return time_us >= lapse->from_us && time_us <= lapse->until_us;
}

uint64_t
thru_lapse_oldest (const ThruLapse *lapse,
                   uint64_t         time_us)
{
  if (!is_doubted (lapse, time_us))
    return time_us;
  return time_us > lapse->length_us ? time_us - lapse->length_us : 0;
}

bool
thru_lapse_tears (const ThruLapse *lapse,
                  uint64_t         time_us)
{
  return lapse->has_lost && is_doubted (lapse, time_us);
}
