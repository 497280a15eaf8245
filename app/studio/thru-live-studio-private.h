/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-announcer.h"
#include "thru-live-studio.h"
#include "thru-requests.h"
#include "thru-room-links.h"
#include "thru-route-planner.h"
#include "thru-sandbox.h"
#include "thru-sleep-watch.h"
#include "thru-store.h"
#include "thru-transfers.h"

G_BEGIN_DECLS

struct _ThruLiveStudio
{
  ThruStudio        parent_instance;

  ThruStore        *store;
  ThruSavedState   *state; /* borrowed from store */
  ThruEngine       *engine;
  ThruMidiSystem   *midi;
  ThruDiscovery    *discovery;
  ThruPatcher      *patcher;
  ThruRoomLinks    *links;
  ThruRequests     *requests;
  ThruAnnouncer    *announcer;
  ThruTransfers    *transfers;
  ThruRoutePlanner *planner;
  GHashTable       *removed;   /* id of a room to ThruSavedState: what was known of it alone */
  guint             denied;    /* ThruSandboxPermissions */
  guint             port;      /* wanted */
  guint             listening; /* port; 0: not now */
  ThruSleepWatch   *sleep_watch;
  guint             network_timer;
  guint             rescan_timer;
  guint             n_rescans; /* since it woke */
  gboolean          restoring; /* nothing is new */
  GQueue            answers;   /* owned, of ThruDeviceChange, newest first: what can be taken back */
};

/* thru-live-studio-devices.c: devices of this computer that come and go, and what a person says about them. */

void     _thru_live_studio_midi_changed     (ThruLiveStudio            *self);
gboolean _thru_live_studio_answer           (ThruStudio                *studio,
                                             ThruQuestion              *question,
                                             guint                      answer,
                                             char                     **text,
                                             GError                   **error);
gboolean _thru_live_studio_use_device       (ThruStudio                *studio,
                                             ThruDevice                *old,
                                             ThruDevice                *device,
                                             char                     **text,
                                             GError                   **error);
gboolean _thru_live_studio_take_back_answer (ThruStudio                *studio,
                                             GError                   **error);

/* thru-live-studio-routes.c: what can be done to routes, from here and from other rooms. */

gboolean _thru_live_studio_connect_route    (ThruStudio                *studio,
                                             ThruDevice                *from,
                                             ThruDevice                *to,
                                             gboolean                   anyway,
                                             GError                   **error);
gboolean _thru_live_studio_disconnect_route (ThruStudio                *studio,
                                             ThruRoute                 *route,
                                             GError                   **error);
gboolean _thru_live_studio_mute_route       (ThruStudio                *studio,
                                             ThruRoute                 *route,
                                             gboolean                   muted,
                                             GError                   **error);
gboolean _thru_live_studio_restore_room     (ThruStudio                *studio,
                                             const char                *room_id,
                                             GError                   **error);
gboolean _thru_live_studio_remove_room      (ThruStudio                *studio,
                                             ThruRoom                  *room,
                                             GError                   **error);

void     _thru_live_studio_renew_identity   (ThruStudio                *studio);

/* The engine has muted the route with @meter: its notes came back in a loop. */
void     _thru_live_studio_take_loop        (ThruLiveStudio            *self,
                                             ThruMeter                 *meter);

/* A loop through several rooms is seen in each of them; the one with the smallest id cuts it. */
void     _thru_live_studio_share_patience   (ThruLiveStudio            *self);

/* A request of another room, checked as if a stranger had typed it. */
void     _thru_live_studio_answer_request   (ThruLiveStudio            *self,
                                             ThruPeer                  *peer,
                                             const ThruSessionMessage  *message);

/* thru-live-studio-computer.c: what becomes of this computer: it sleeps, it wakes, its network is another. */

void     _thru_live_studio_watch_computer   (ThruLiveStudio            *self);
void     _thru_live_studio_unwatch_computer (ThruLiveStudio            *self);

G_END_DECLS
