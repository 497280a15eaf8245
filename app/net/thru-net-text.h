/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-link.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What went wrong on the network as whole sentences for people, translated. All return (transfer full). Any thread. */

/* @who: a room's name or an address. */
char *thru_net_text_closed      (ThruLinkReason  reason,
                                 const char     *who);

/* Silent, though the kernel there acknowledges what is sent. */
char *thru_net_text_frozen      (const char     *who);

/* Their bye. @reason: (nullable) what they said of it, cleaned. */
char *thru_net_text_bye         (const char     *code,
                                 const char     *reason,
                                 const char     *who);

/* @error: (nullable) of a read or write; NULL when they closed it. */
char *thru_net_text_lost        (const GError   *error,
                                 const char     *who);
char *thru_net_text_dial_failed (const GError   *error,
                                 const char     *host,
                                 guint           port);
char *thru_net_text_listen_failed (const GError *error,
                                   guint         port);

G_END_DECLS
