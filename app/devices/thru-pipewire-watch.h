/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells when PipeWire ends. Its libjack tells that to active clients only, and an active client is woken each period. So this
 * holds a connection to PipeWire's socket, over which nothing is said: the kernel closes it the moment that PipeWire ends.
 * Private to this layer. */
typedef struct _ThruPipewireWatch ThruPipewireWatch;

/* On a thread of the watch; at most once. */
typedef void (*ThruPipewireWatchFunc) (void *user);

/* Returns: (transfer full) (nullable): NULL when there is no socket of PipeWire. The scanner's thread. */
ThruPipewireWatch *thru_pipewire_watch_new  (ThruPipewireWatchFunc  ended,
                                             void                  *user);

/* After it @ended is not called. Does not wait for PipeWire. */
void               thru_pipewire_watch_free (ThruPipewireWatch     *watch);

G_END_DECLS
