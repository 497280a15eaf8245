/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-activation.h"

G_BEGIN_DECLS

/* Runs a studio without an interface until SIGTERM, SIGINT or SIGHUP, then stops it. Owns the program's name on the session bus
 * and exports the studio there; without a bus it says so on standard error and goes on. The studio is made only when the name
 * is ours. @show: opens a window when the desktop or a second start asks for one. Returns the exit status: 1 when Thruwall runs
 * already. */
int thru_headless_run (ThruStudioFactory factory,
                       gpointer          user,
                       ThruShowFunc      show);

G_END_DECLS
