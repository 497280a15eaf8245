/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decides whether a room may link with ours: the one place where consent is asked. Whoever comes here has passed the network
 * layer's limits (where from, how often). @room_id: what it says of itself; NULL for a plain MIDI speaker.
 * FALSE: no; @reason: (out) (transfer full): why, a sentence that both sides see. */
gboolean thru_accept_policy_allows (const char  *own_id,
                                    const char  *room_id,
                                    char       **reason);

G_END_DECLS
