/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-peer.h"
#include "thru-route-private.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* Asking other rooms to connect or disconnect their sources: what was asked, and what comes of it. Main thread only. */
typedef struct _ThruRequests ThruRequests;

/* Both borrowed. */
ThruRequests *thru_requests_new         (ThruEngine               *engine,
                                         ThruStudio               *studio);
void          thru_requests_free        (ThruRequests             *self);

/* The route is shown as connecting until the room answers and lists it. @anyway: even if it closes a loop. */
void          thru_requests_connect     (ThruRequests             *self,
                                         ThruPeer                 *peer,
                                         ThruDevice               *from,
                                         ThruDevice               *to,
                                         gboolean                  anyway);

/* The route is shown no more, unless the room says no. */
void          thru_requests_disconnect  (ThruRequests             *self,
                                         ThruPeer                 *peer,
                                         ThruRoute                *route);

/* The route is shown as it is until the room lists it otherwise. */
void          thru_requests_mute        (ThruRequests             *self,
                                         ThruPeer                 *peer,
                                         ThruRoute                *route,
                                         gboolean                  muted);
void          thru_requests_take_answer (ThruRequests             *self,
                                         ThruPeer                 *peer,
                                         const ThruSessionMessage *message);

/* After a routes list of @peer was taken: what is asked for and not in it yet, or still in it, is shown as asked for. */
void          thru_requests_reapply     (ThruRequests             *self,
                                         ThruPeer                 *peer);

/* Whether something about this route is not answered, or answered but not listed, yet. */
gboolean      thru_requests_is_asking   (ThruRequests             *self,
                                         const ThruRouteKey       *key);

/* The room is gone, and no answer will come. */
void          thru_requests_drop        (ThruRequests             *self,
                                         ThruPeer                 *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruRequests, thru_requests_free)

G_END_DECLS
