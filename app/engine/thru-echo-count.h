/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much of what a source gives it gave a moment ago, octet by octet. System Exclusive and realtime are not listened to. No
 * I/O, no clock, constant memory: of the messages that fall into one place of the table the last one is known. */

#define THRU_ECHO_N_PARTS 5
#define THRU_ECHO_HEARD_BITS 8
#define THRU_ECHO_N_HEARD (1 << THRU_ECHO_HEARD_BITS)

typedef struct
{
  uint32_t message;
  uint64_t time_us;
} ThruEchoHeard;

typedef struct
{
  uint32_t n_echoes;
  uint32_t n_fresh;
  uint32_t away_us; /* the longest that an echo was away */
} ThruEchoPart;

typedef struct
{
  ThruEchoHeard heard[THRU_ECHO_N_HEARD];
  ThruEchoPart  parts[THRU_ECHO_N_PARTS]; /* the last ones */
  uint64_t      part;                     /* number of the present one */
  uint64_t      part_us;                  /* how long each is */
  uint64_t      window_us;
} ThruEchoCount;

/* What the count knew of a message before it came. */
typedef struct
{
  bool     is_known;
  bool     is_echo;   /* it is known, and within the window */
  uint64_t before_us; /* when it came before */
} ThruEchoBefore;

/* What comes again within @window_us is an echo. */
void     thru_echo_count_init    (ThruEchoCount   *count,
                                  uint64_t         window_us,
                                  uint64_t         part_us);

/* FALSE: it is none to be listened to. */
bool     thru_echo_count_hear    (ThruEchoCount   *count,
                                  const uint8_t   *message,
                                  size_t           length,
                                  uint64_t         time_us,
                                  ThruEchoBefore  *before);

/* Whether nearly all looks like an echo, in each of the last parts, and at least @n_min messages of it. @all: nullable, all parts
 * together. */
bool     thru_echo_count_is_loop (const ThruEchoCount *count,
                                  uint32_t         n_min,
                                  ThruEchoPart    *all);

/* Counts anew. */
void     thru_echo_count_forget  (ThruEchoCount   *count);
