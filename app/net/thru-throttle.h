/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who may connect now, by address: remembers those whose connections come to nothing, and ignores them for a while, and those
 * that have been good, for whom places are kept. Both in a fixed number of slots, so that forged addresses can not fill it; the
 * one longest untouched makes room. A room whose network flaps or whose program crashes is never locked out for longer than
 * THRU_LIMIT_IGNORED_KNOWN_US. Time is an argument; one thread at a time. */
typedef struct _ThruThrottle ThruThrottle;

#define THRU_THROTTLE_SLOTS 256
#define THRU_THROTTLE_KNOWN 64

/* Connections that others opened and that are open now. */
typedef struct
{
  guint    n;
  guint    n_same_address;
  guint    n_undecided;    /* not accepted, from addresses that are not known */
  gboolean lasts;          /* one from the same address, so that it is known, too */
} ThruThrottleCensus;

ThruThrottle *thru_throttle_new      (void);
void          thru_throttle_free     (ThruThrottle             *throttle);

/* A connection from @address came to nothing: it ended before it was accepted, or soon after. This computer's own addresses are
 * not counted: whoever is on it can do worse. */
void          thru_throttle_failed   (ThruThrottle             *throttle,
                                      GInetAddress             *address,
                                      gint64                    now_us);

/* A link with @address lasted: it is known, and what came before is forgiven. */
void          thru_throttle_lasted   (ThruThrottle             *throttle,
                                      GInetAddress             *address,
                                      gint64                    now_us);

gboolean      thru_throttle_knows    (ThruThrottle             *throttle,
                                      GInetAddress             *address);

/* Whether one more connection may come from @address, beside those of @census. */
gboolean      thru_throttle_allows   (ThruThrottle             *throttle,
                                      GInetAddress             *address,
                                      const ThruThrottleCensus *census,
                                      gint64                    now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruThrottle, thru_throttle_free)

G_END_DECLS
