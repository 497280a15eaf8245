/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells when this computer is about to sleep, and when it woke. Before: from logind, which waits for us; without it nobody tells.
 * After: from logind, or, whatever there is, from the clocks: one counts while the computer sleeps and one does not. They are
 * compared whenever the main loop turns for something else, so this costs no wake-up. Main thread only; never blocks. */
typedef struct _ThruSleepWatch ThruSleepWatch;

typedef struct
{
  /* Only from logind: end what sounds, then thru_sleep_watch_ready(). The computer waits, 0.9 s at most. */
  void (*sleeping) (gpointer user);

  /* Not only after sleeping(), and maybe more than once. */
  void (*woke)     (gpointer user);
} ThruSleepWatchFuncs;

/* How long the computer has slept since some moment, microseconds. */
typedef gint64 (*ThruSleepWatchClock) (void);

ThruSleepWatch *thru_sleep_watch_new       (const ThruSleepWatchFuncs *funcs,
                                            gpointer                   user);

/* No function is called after it. */
void            thru_sleep_watch_free      (ThruSleepWatch            *self);

/* The computer may sleep. */
void            thru_sleep_watch_ready     (ThruSleepWatch            *self);

/* Whether logind waits for us: for tests and diagnosis. */
gboolean        thru_sleep_watch_is_heeded (ThruSleepWatch            *self);

/* For tests. */
void            thru_sleep_watch_set_clock (ThruSleepWatch            *self,
                                            ThruSleepWatchClock        clock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSleepWatch, thru_sleep_watch_free)

G_END_DECLS
