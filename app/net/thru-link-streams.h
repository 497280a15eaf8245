/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-parser.h"
#include "thru-router.h"
#include "thru-token-bucket.h"

#include <glib.h>

G_BEGIN_DECLS

/* What one link plays here: a stream per address, each a source of the router. Lets through as many messages as the link may
 * send; beyond that drops what can be spared, never a note-off. Lives on the engine's thread. */
typedef struct _ThruLinkStreams ThruLinkStreams;

ThruLinkStreams *thru_link_streams_new    (ThruRouter            *router,
                                           const ThruTokenBucket *rate);

/* Removes its sources from the router, which releases what they hold. */
void             thru_link_streams_free   (ThruLinkStreams       *self);

/* A stream for @address as @source; @is_own: the source is added to the router and removed from it here. FALSE: there are too
 * many. */
gboolean         thru_link_streams_add    (ThruLinkStreams       *self,
                                           guint32                address,
                                           ThruPortNumber         source,
                                           gboolean               is_own);
void             thru_link_streams_remove (ThruLinkStreams       *self,
                                           guint32                address);

/* The source for @address; 0 when there is none. */
ThruPortNumber   thru_link_streams_lookup (ThruLinkStreams       *self,
                                           guint32                address);

/* FALSE: a flood. Octets for an address without stream go nowhere and are counted as a stray frame. @n_lost: messages that
 * were dropped. @age_us: how long ago they came in at their source; 0 when that is not known. */
gboolean         thru_link_streams_feed   (ThruLinkStreams       *self,
                                           guint32                address,
                                           const guint8          *bytes,
                                           gsize                  length,
                                           guint64                age_us,
                                           gint64                 now_us,
                                           guint32               *n_lost);

/* Drops System Exclusive of which nothing came for too long. When to look again, CLOCK_MONOTONIC; G_MAXINT64: no need. */
gint64           thru_link_streams_watch_sysex (ThruLinkStreams  *self,
                                                gint64            now_us);

/* Frames that went nowhere. */
guint64          thru_link_streams_get_n_stray (ThruLinkStreams  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruLinkStreams, thru_link_streams_free)

G_END_DECLS
