/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port-info.h"

#include <stdint.h>

G_BEGIN_DECLS

/* Whether a JACK server lives, what ports it has and how its time passes. RtMidi does not tell: its objects list the ports
 * of a dead server for ever, its sends then hang, and each of its objects wakes up once a period. So this has a client of
 * its own which is never activated: it costs nothing while nothing happens, and learns of the server's end within
 * milliseconds. It calls the libjack that RtMidi brought into the process, for another (JACK has several) would not do.
 *
 * The scanner's thread, where nothing else is said. Private to this layer. */

/* Connects when there is a server. FALSE, once at least, after a server ended, so that what is open on it can be closed
 * before the next is joined. Silent. */
gboolean thru_jack_server_works         (void);
void     thru_jack_server_leave         (void);

/* @func: (nullable) called when a server ended, with its serial number, on a thread of libjack. */
void     thru_jack_server_set_end_func  (void           (*func)(guint serial));

/* Counts servers joined. Any thread. */
guint    thru_jack_server_get_serial    (void);

/* Whether the server with this serial number still lives. Any thread; never waits. */
gboolean thru_jack_server_is_alive      (guint          serial);

/* Readable when the server ended. */
int      thru_jack_server_get_end_fd    (void);
void     thru_jack_server_take_end      (void);

/* Periods passed since some time, microseconds a period. Any thread but a real-time one. It stands still while the server
 * does. */
uint64_t thru_jack_server_get_cycle     (guint64       *period_us);

/* Returns: (transfer full): full names of its MIDI ports. */
char **  thru_jack_server_list          (ThruDirection  direction);

/* Returns: (transfer full) (nullable): the full name of the port of this process called @own, when the server tells of it. */
char *   thru_jack_server_find_own      (ThruDirection  direction,
                                         const char    *own);

/* By full names. FALSE: one of them is not there, or the server refused. */
gboolean thru_jack_server_connect       (const char    *source,
                                         const char    *destination);

/* Whether the port @name is connected to a port of this process called @own. */
gboolean thru_jack_server_is_connected  (const char    *name,
                                         const char    *own);

/* Whether the port @name says that an instrument is behind it, and no program. */
gboolean thru_jack_server_is_hardware   (const char    *name);

G_END_DECLS
