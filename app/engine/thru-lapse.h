/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Notices that its program did not run: that it was stopped and continues, or that a busy computer left it out for long. A MIDI
 * system may then hand over what it held all the while, and whose time is taken only now; and what it could not hold is lost
 * without a word. So the program promises to run again soon whenever it runs, whatever woke it; when it comes later by far, it
 * had not. All times are CLOCK_MONOTONIC, microseconds. Pure; members are private; a zeroed one has seen nothing. */
typedef struct
{
  uint64_t ran_us;    /* when it was last seen running */
  uint64_t due_us;    /* by when it is to run again; 0: nothing was promised yet */
  uint64_t music_us;  /* when something was last played */
  uint64_t length_us; /* of the last absence: when it was a lapse at the most, else at the least */
  uint64_t from_us;   /* what bears a time from here on */
  uint64_t until_us;  /* to here may be older by length_us */
  bool     is_quiet;  /* nothing is played */
  bool     has_lost;  /* it was a lapse: something between may be missing */
  bool     wakes;     /* it is not yet told that this is over */
} ThruLapse;

/* A shorter absence happens on a busy computer: it makes what comes then only as much older. While it is quiet, when less often
 * is looked, the longer one. */
#define THRU_LAPSE_US 250000
#define THRU_LAPSE_QUIET_US 330000

/* How often the program is to run: while something is played, for a lapse is known no better than this, and else. A quiet link
 * wakes it a little more often than that anyway (THRU_LINK_HEARTBEAT_US), so that this wakes it only where there is none. */
#define THRU_LAPSE_BEAT_US 50000
#define THRU_LAPSE_QUIET_BEAT_US 260000

/* After a lapse, until all threads of the program and of the MIDI system run again and what was held is handed over: two
 * periods of 2048 frames at 48 kHz. */
#define THRU_LAPSE_WAKING_US 100000

/* The program runs. TRUE: it had not, for too long; and once more when the time of waking is over, for what was handed over till
 * then may have lost its end. */
bool     thru_lapse_run    (ThruLapse       *lapse,
                            uint64_t         now_us);

/* Something is played. */
void     thru_lapse_play   (ThruLapse       *lapse,
                            uint64_t         now_us);

/* Whether thru_lapse_run() will take it for quiet from now on: the moment to say that something still sounds. */
bool     thru_lapse_rests  (const ThruLapse *lapse,
                            uint64_t         now_us);

/* When thru_lapse_run() is to be called at the latest. It moves with every call. */
uint64_t thru_lapse_due    (const ThruLapse *lapse);

/* Since when that can have been waiting which was given to us at @time_us. */
uint64_t thru_lapse_oldest (const ThruLapse *lapse,
                            uint64_t         time_us);

/* Whether something may be missing right before what was given to us at @time_us. */
bool     thru_lapse_tears  (const ThruLapse *lapse,
                            uint64_t         time_us);
