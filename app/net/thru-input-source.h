/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-ring.h"

#include <glib.h>

G_BEGIN_DECLS

/* Octets of one chunk. @bytes NULL: here @length chunks were lost; 0: nothing more comes, for the ring has ended. */
typedef void (*ThruInputSourceFunc) (const guint8 *bytes,
                                     gsize         length,
                                     guint64       time_us,
                                     gpointer      user);

/* Begins and ends of a wake-up. */
typedef void (*ThruInputSourceWokeFunc) (gpointer user);

/* A GSource that empties @ring when @wake_fd, an eventfd, says so. Both are borrowed. Returns: (transfer full): not attached. */
GSource *thru_input_source_new (ThruRing                *ring,
                                int                      wake_fd,
                                ThruInputSourceFunc      func,
                                ThruInputSourceWokeFunc  woke,
                                gpointer                 user);

G_END_DECLS
