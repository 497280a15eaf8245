/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* How rooms, devices and routes are called, said alike by the matrix and the list of routes. All return new, translated text.
 * Right to left, names are wrapped in Unicode isolates, for device names are mostly Latin. */

/* For a screen reader: "Keystation", or "Live room TX7" when it is not here. */
char *thru_words_spoken_device  (gboolean     own,
                                 const char  *room,
                                 const char  *device);

/* For the eye: "Keystation (here)", "TX7 in Live room". */
char *thru_words_shown_device   (gboolean     own,
                                 const char  *room,
                                 const char  *device);

/* A name as part of a sentence. */
char *thru_words_name           (const char  *name);

/* "waiting. Live room is off": without a full stop, for more may follow. @reason: (nullable): a sentence. */
char *thru_words_with_reason    (const char  *state,
                                 const char  *reason);

/* "connected, 1 millisecond", "waiting. Live room is off", "connected. 3 notes came too late and were not played". */
char *thru_words_route_state    (ThruStudio  *studio,
                                 ThruRoute   *route);

/* "Keystation to Live room TX7", for a screen reader; "Keystation → TX7 (Live room)", for the eye. */
char *thru_words_spoken_route   (ThruStudio  *studio,
                                 ThruRoute   *route);
char *thru_words_shown_route    (ThruStudio  *studio,
                                 ThruRoute   *route);

/* A route was removed: "Disconnected Keystation from TX7 in Live room". */
char *thru_words_disconnected   (ThruStudio  *studio,
                                 ThruRoute   *route);

/* A sentence without its full stop, to stand within another. */
char *thru_words_clause         (const char  *sentence);

G_END_DECLS
