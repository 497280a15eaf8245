/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes a connected TCP socket fit to carry notes: never blocking, no delay, before bulk traffic, and told within four seconds
 * when the other side is gone. What a kernel does not know is left out. */
void thru_socket_prepare       (GSocket *socket);

/* Acknowledges at once what was just received, for speakers that left Nagle's algorithm on. Must be said after each read. */
void thru_socket_quick_ack     (GSocket *socket);

/* Whether the other computer takes what is sent to it: nothing waits for an acknowledgement, or one came within @ms. Says nothing
 * of the program there. FALSE, too, when the kernel does not tell. */
gboolean thru_socket_is_heard      (GSocket *socket,
                                    guint    ms);

/* A connection of a socket with itself, which dialing a free port of this computer can give. */
gboolean thru_socket_is_itself (GSocket *socket);

G_END_DECLS
