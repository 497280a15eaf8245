/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-system.h"

/* Runs the default main context until @condition holds; fails the test after @s seconds. */
#define wait_until(s, condition)                                                   \
        do                                                                         \
          {                                                                        \
            gint64 until_ = g_get_monotonic_time () + (gint64) ((s) * G_USEC_PER_SEC); \
            while (!(condition) && g_get_monotonic_time () < until_)               \
              iterate_briefly ();                                                  \
            g_assert_true (condition);                                             \
          }                                                                        \
        while (0)

/* Handles what there is, or waits at most 10 ms. */
void         iterate_briefly     (void);

/* Adds to @bytes all that came into @input since the last call; none of it may be lost. */
void         read_input          (ThruInput      *input,
                                  GByteArray     *bytes);

/* The port named @name in @direction now, or NULL. */
ThruPortInfo *find_port          (ThruMidiSystem *system,
                                  const char     *name,
                                  ThruDirection   direction);

/* Threads and descriptors of this process now. */
guint        count_in_proc       (const char     *what);

/* A System Exclusive of so many octets, F0 and F7 included. */
GByteArray * make_sysex          (guint           length);

/* The octets of all (element-type GBytes) @messages, one after the other. */
GByteArray * join_messages       (GPtrArray      *messages);
