/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define THRU_ADDRESS_PORT 1199 /* when a text names none */

/* Addresses of rooms as text. Pure; any thread. */

/* Splits "10.77.0.2", "studio.local:1200", "[fe80::1%eth0]:1199", "fd00::2" into host (with its %scope, without brackets) and
 * port. FALSE when it is none of these. @host: (out) (transfer full). */
gboolean        thru_address_split  (const char      *text,
                                     char           **host,
                                     guint16         *port);

/* "10.77.0.2:1199", "[fe80::1%eth0]:1199"; an IPv4 address that came through an IPv6 socket is written as IPv4. */
char *          thru_address_format (GSocketAddress  *address);

/* The IPv4 address inside ::ffff:a.b.c.d, or @address itself. Returns: (transfer full). */
GInetAddress *  thru_address_unmap  (GInetAddress    *address);

G_END_DECLS
