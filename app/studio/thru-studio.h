/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-device.h"
#include "thru-late-limit.h"
#include "thru-problem.h"
#include "thru-question.h"
#include "thru-room.h"
#include "thru-route.h"
#include "thru-transfer.h"

G_BEGIN_DECLS

#define THRU_TYPE_STUDIO (thru_studio_get_type ())

/* The model that the interface shows and the commands use: rooms, devices, routes, problems. The base class keeps the lists and
 * the look-ups; ThruLiveStudio fills them from the network and the devices of this computer, ThruDemoStudio from imagination.
 * Main thread only. */
G_DECLARE_DERIVABLE_TYPE (ThruStudio, thru_studio, THRU, STUDIO, GObject)

/* Signal "message" (const char *text): something happened that a person wants to know, one sentence ("Live room is back").
 * Signal "quiet" and "moving" do not exist: sample the meters. Signal "devices-changed": any room's devices or name changed.
 * Signal "answered" (const char *text): a question was answered, or a device used in place of another; one sentence.
 * Signal "room-removed" (ThruRoom *room): a person removed it; thru_studio_restore_room() undoes that.
 * Properties "port" (guint), "late-limit" (guint), "needs-name", "searching" notify. */

struct _ThruStudioClass
{
  GObjectClass parent_class;

  /* Both: the identities are checked; what comes of it shows in the model. FALSE with @error: it can not be done at all. */
  gboolean (*connect_route)    (ThruStudio  *self,
                                ThruDevice  *from,
                                ThruDevice  *to,
                                gboolean     anyway,
                                GError     **error);
  gboolean (*disconnect_route) (ThruStudio  *self,
                                ThruRoute   *route,
                                GError     **error);
  gboolean (*mute_route)       (ThruStudio  *self,
                                ThruRoute   *route,
                                gboolean     muted,
                                GError     **error);
  gboolean (*add_room)         (ThruStudio  *self,
                                const char  *address,
                                GError     **error);
  gboolean (*remove_room)      (ThruStudio  *self,
                                ThruRoom    *room,
                                GError     **error);
  gboolean (*restore_room)     (ThruStudio  *self, /* (nullable) */
                                const char  *room_id,
                                GError     **error);
  gboolean (*set_room_name)    (ThruStudio  *self,
                                const char  *name,
                                GError     **error);
  void     (*set_late_limit)   (ThruStudio  *self, /* (nullable) */
                                guint        ms);
  void     (*renew_identity)   (ThruStudio  *self); /* (nullable) */
  void     (*panic)            (ThruStudio  *self);
  void     (*cancel_transfer)  (ThruStudio  *self, /* (nullable) */
                                ThruTransfer *transfer);
  void     (*set_watched)      (ThruStudio  *self,
                                gboolean     watched);
  void     (*stop)             (ThruStudio  *self);

  /* As the functions of these names; @text: (out) (transfer full): what has become of it, a sentence. NULL: nobody is asked
   * anything. */
  gboolean (*answer)           (ThruStudio    *self,
                                ThruQuestion  *question,
                                guint          answer,
                                char         **text,
                                GError       **error);
  gboolean (*use_device)       (ThruStudio    *self,
                                ThruDevice    *old,
                                ThruDevice    *device,
                                char         **text,
                                GError       **error);
  gboolean (*take_back_answer) (ThruStudio    *self,
                                GError       **error);

  /* Whether something about the route with these ends was asked of another room that has not answered yet. (nullable) */
  gboolean (*is_asking)        (ThruStudio  *self,
                                const char  *from_room,
                                const char  *from_device,
                                const char  *to_room,
                                const char  *to_device);
};

/* What was done to a route: the second argument of the signal "patched" (ThruRoute *route, int change). */
typedef enum
{
  THRU_CHANGE_CONNECTED,
  THRU_CHANGE_DISCONNECTED,
  THRU_CHANGE_MUTED,
  THRU_CHANGE_UNMUTED,
} ThruChange;

#define THRU_STUDIO_ERROR (thru_studio_error_quark ())
GQuark thru_studio_error_quark (void);

typedef enum
{
  THRU_STUDIO_ERROR_NO_SUCH_ROOM,
  THRU_STUDIO_ERROR_NO_SUCH_DEVICE,
  THRU_STUDIO_ERROR_NO_SUCH_ROUTE,
  THRU_STUDIO_ERROR_AMBIGUOUS,
  THRU_STUDIO_ERROR_IMPOSSIBLE,
  THRU_STUDIO_ERROR_LOOP, /* the route would close a loop: ask, and call thru_studio_connect_route_anyway() */
  THRU_STUDIO_ERROR_INVALID,
  THRU_STUDIO_ERROR_FAILED,
} ThruStudioError;

/* Returns: (transfer none): GListModel of ThruRoom, own room first, then by name. */
GListModel *thru_studio_get_rooms        (ThruStudio   *self);

/* Returns: (transfer none): GListModel of ThruRoute, other rooms' included. */
GListModel *thru_studio_get_routes       (ThruStudio   *self);

/* Returns: (transfer none): GListModel of ThruProblem. */
GListModel *thru_studio_get_problems     (ThruStudio   *self);

/* Returns: (transfer none): GListModel of ThruQuestion: what only a person can tell. */
GListModel *thru_studio_get_questions    (ThruStudio   *self);

/* Returns: (transfer none): GListModel of ThruTransfer: long System Exclusive messages that are being sent, here or in other
 * rooms, and take a while. */
GListModel *thru_studio_get_transfers    (ThruStudio   *self);

/* Breaks it off; what the device already has stays with it, and is ended properly. */
void        thru_studio_cancel_transfer  (ThruStudio   *self,
                                          ThruTransfer *transfer);

/* Returns: (transfer none) (nullable): the one to that device. */
ThruTransfer *
            thru_studio_find_transfer    (ThruStudio   *self,
                                          ThruDevice   *device);

/* Returns: (transfer none). */
ThruRoom *  thru_studio_get_own_room     (ThruStudio   *self);
guint       thru_studio_get_port         (ThruStudio   *self);

/* The user has not been asked for the room's name yet (property "needs-name", notifies). */
gboolean    thru_studio_get_needs_name   (ThruStudio   *self);

/* Property "searching": looking for rooms works. */
gboolean    thru_studio_get_searching    (ThruStudio   *self);

/* Returns: (transfer none) (nullable): in constant time. */
ThruRoute * thru_studio_find_route       (ThruStudio   *self,
                                          ThruDevice   *from,
                                          ThruDevice   *to);
ThruRoom *  thru_studio_find_room        (ThruStudio   *self,
                                          const char   *id);
ThruDevice *thru_studio_find_device      (ThruStudio   *self,
                                          const char   *room_id,
                                          const char   *device_id,
                                          gboolean      source);

/* "Room/Device" as a person writes it: names, case-folded when that is unambiguous; the own room may be left out ("/Device"). */
ThruDevice *thru_studio_parse_device     (ThruStudio   *self,
                                          const char   *text,
                                          gboolean      source,
                                          GError      **error);

/* A room as a person writes it: its name, case-folded when that is unambiguous, its address or its id. (transfer none) */
ThruRoom *  thru_studio_parse_room       (ThruStudio   *self,
                                          const char   *text,
                                          GError      **error);

/* Why this crossing can never be connected, a translated sentence; NULL when it can. */
char *      thru_studio_explain_impossible (ThruStudio *self,
                                          ThruDevice   *from,
                                          ThruDevice   *to);

gboolean    thru_studio_connect_route    (ThruStudio   *self,
                                          ThruDevice   *from,
                                          ThruDevice   *to,
                                          GError      **error);
gboolean    thru_studio_connect_route_anyway (ThruStudio *self,
                                          ThruDevice   *from,
                                          ThruDevice   *to,
                                          GError      **error);
gboolean    thru_studio_disconnect_route (ThruStudio   *self,
                                          ThruRoute    *route,
                                          GError      **error);

/* A muted route stays, and plays nothing; what it holds is released at once. */
gboolean    thru_studio_mute_route       (ThruStudio   *self,
                                          ThruRoute    *route,
                                          gboolean      muted,
                                          GError      **error);

/* @address: HOST, HOST:PORT, [IPv6]:PORT. Remembered and tried for ever. */
gboolean    thru_studio_add_room         (ThruStudio   *self,
                                          const char   *address,
                                          GError      **error);
gboolean    thru_studio_remove_room      (ThruStudio   *self,
                                          ThruRoom     *room,
                                          GError      **error);

/* Whether that makes sense: one that is here and was found by itself would come back at once. */
gboolean    thru_studio_can_remove_room  (ThruStudio   *self,
                                          ThruRoom     *room);

/* Undoes a removal, one of the last few: the room with its addresses and this room's routes. */
gboolean    thru_studio_restore_room     (ThruStudio   *self,
                                          const char   *room_id,
                                          GError      **error);
gboolean    thru_studio_set_room_name    (ThruStudio   *self,
                                          const char   *name,
                                          GError      **error);

/* How late a note may be to be played or sent here (thru-late-limit.h); kept over restarts. */
guint       thru_studio_get_late_limit   (ThruStudio   *self);
gboolean    thru_studio_set_late_limit   (ThruStudio   *self,
                                          guint         ms,
                                          GError      **error);

/* @answer: its place among the question's answers. FALSE with @error: it is too late. */
gboolean    thru_studio_answer           (ThruStudio   *self,
                                          ThruQuestion *question,
                                          guint         answer,
                                          GError      **error);

/* The instrument that was the device @old of this room, which is absent, is @device now: its routes go on there. */
gboolean    thru_studio_use_device       (ThruStudio   *self,
                                          ThruDevice   *old,
                                          ThruDevice   *device,
                                          GError      **error);

/* Undoes the last of these two that is not undone yet. */
gboolean    thru_studio_take_back_answer (ThruStudio   *self,
                                          GError      **error);

/* This room is another from now on, with the same name, devices and routes: another computer has its identity, too. */
void        thru_studio_renew_identity   (ThruStudio   *self);
void        thru_studio_panic            (ThruStudio   *self);

/* Somebody looks: open the sources here even when no route needs them, so that their meters move. */
void        thru_studio_set_watched      (ThruStudio   *self,
                                          gboolean      watched);

/* Releases all that sounds, saves, ends threads. */
void        thru_studio_stop             (ThruStudio   *self);

G_END_DECLS
