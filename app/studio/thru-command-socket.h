/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where the commands of thru-commands.h find a program whose login session has no bus, as on a machine without a desktop: D-Bus
 * without a bus, on a socket in the runtime folder of the same user. The first program of a login session has it. */
#define THRU_TYPE_COMMAND_SOCKET (thru_command_socket_get_type ())

G_DECLARE_FINAL_TYPE (ThruCommandSocket, thru_command_socket, THRU, COMMAND_SOCKET, GObject)

/* So many commands at once; further ones are turned away. */
#define THRU_COMMAND_SOCKET_CALLERS_MAX 16

/* Answers for @studio until the last reference goes. NULL with @error: G_IO_ERROR_WOULD_BLOCK when another program has it. */
ThruCommandSocket *thru_command_socket_new (ThruStudio *studio,
                                            GError    **error);

/* For a command: a connection to the program that answers there. Blocks, for 10 s at most. Returns: (transfer full): NULL with
 * @error: G_IO_ERROR_TIMED_OUT when there is one that does not answer. */
GDBusConnection   *thru_command_socket_connect (GError **error);

G_END_DECLS
