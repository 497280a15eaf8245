/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* Loops that are plain before anything sounds: over the routes of all rooms that are known, muted ones left out. An input and an
 * output of one name in one room are one device. A through port ("Midi Through Port-0") passes on what it receives, for that is
 * what it is for; whether a keyboard or a synthesizer does nobody can tell. So a circle counts when all its devices are through
 * ports but one at most, and at least one is. Two keyboards that play each other, the commonest pair of routes, do not: the echo
 * detector cuts what comes of it, if anything does.
 *
 * Returns: (transfer full) (nullable): what a route from @from to @to would do, translated sentences; NULL: no such loop. */
char *thru_loop_finder_explain (ThruStudio *studio,
                                ThruDevice *from,
                                ThruDevice *to);

G_END_DECLS
