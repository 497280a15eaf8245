/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Remembers addresses whose connections come to nothing, and for how long they are ignored. A fixed number of slots, so that
 * forged addresses can not fill it; the one longest untouched makes room. Only connections that ended before anyone accepted them
 * count: a room whose network flaps is never locked out. Time is an argument; one thread at a time. */
typedef struct _ThruThrottle ThruThrottle;

#define THRU_THROTTLE_SLOTS 256

ThruThrottle *thru_throttle_new      (void);
void          thru_throttle_free     (ThruThrottle *throttle);

/* A connection from @address ended before it was accepted. This computer's own addresses are not counted: whoever is on it
 * can do worse. */
void          thru_throttle_failed   (ThruThrottle *throttle,
                                      GInetAddress *address,
                                      gint64        now_us);

/* A connection from @address was accepted: what came before is forgiven. */
void          thru_throttle_accepted (ThruThrottle *throttle,
                                      GInetAddress *address);

gboolean      thru_throttle_allows   (ThruThrottle *throttle,
                                      GInetAddress *address,
                                      gint64        now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruThrottle, thru_throttle_free)

G_END_DECLS
