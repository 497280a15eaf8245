/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* Runs @studio without an interface until SIGTERM or SIGINT, then stops it. Owns the program's name on the session bus and
 * exports the studio there; without a bus it says so on standard error and goes on. Returns the exit status: 1 when Thruwall runs
 * already. */
int thru_headless_run (ThruStudio *studio);

G_END_DECLS
