/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <avahi-common/watch.h>
#include <glib.h>

G_BEGIN_DECLS

/* Avahi's main loop interface on a GMainContext. Everything that uses it belongs to that context's thread. Timeouts count on the
 * monotonic clock from the moment they are set, so setting the clock of the computer shifts none. */

/* Returns: (transfer full): @context: (nullable): NULL is the default one. */
AvahiPoll *thru_avahi_poll_new  (GMainContext *context);

/* Free the Avahi client that uses it first. */
void       thru_avahi_poll_free (AvahiPoll    *poll);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AvahiPoll, thru_avahi_poll_free)

G_END_DECLS
