/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The commands that talk to the running program: status [--json], connect FROM TO, disconnect FROM TO, mute FROM TO,
 * unmute FROM TO, same-device OLD [NEW], other-device OLD, add-room HOST[:PORT], remove-room ROOM, late-limit [MS|off],
 * names KIND, panic; allow ROOM and block ROOM are known, but this version lets every room in. */

/* Whether @word is the name of a command. */
gboolean thru_commands_is_command (const char  *word);

/* @argv: without the program's name: the command first. Needs no display. Returns the exit status: 0 only when it is done; else
 * there is one line on standard error. */
int      thru_commands_run        (int          argc,
                                   char       **argv);

/* For --help: a line for each command, translated. Static. */
const char *thru_commands_get_help (void);

G_END_DECLS
