/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-demo-studio.h"

#include "thru-demo-builder-private.h"
#include "thru-demo-events-private.h"
#include "thru-loop-finder.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define ANSWER_MS 400
#define VISIT_SECONDS 25
#define PORT 1199

struct _ThruDemoStudio
{
  ThruStudio      parent_instance;

  ThruDemoPlayer *player;
  ThruDemoBuilder builder;
  ThruDemoEvents *events;
  GHashTable     *answers; /* GUINT of sources that end what is connecting */
  ThruRoom       *visitor; /* (nullable): the room that comes and goes */
  ThruRoom       *removed_room; /* (nullable) (owned): the last one */
  GPtrArray      *removed_routes; /* (nullable) (element-type ThruRoute) */
  guint           visit_timer;
};

G_DEFINE_FINAL_TYPE (ThruDemoStudio, thru_demo_studio, THRU_TYPE_STUDIO)

typedef struct
{
  ThruDemoStudio *studio; /* borrowed: the source goes with it */
  GObject        *subject;
  guint           source;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_object_unref (answer->subject);
  g_free (answer);
}

/* Calls @func with an Answer about @subject after a while, unless the studio stops before. */
static void
answer_later (ThruDemoStudio *self,
              gpointer        subject,
              GSourceFunc     func)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->studio = self;
  answer->subject = g_object_ref (subject);
  answer->source = g_timeout_add_full (G_PRIORITY_DEFAULT, ANSWER_MS, func, answer, answer_free);
  g_hash_table_add (self->answers, GUINT_TO_POINTER (answer->source));
}

static gboolean
route_answered_cb (gpointer user_data)
{
  Answer *answer = user_data;

  g_hash_table_remove (answer->studio->answers, GUINT_TO_POINTER (answer->source));
  _thru_demo_builder_settle_route (&answer->studio->builder, THRU_ROUTE (answer->subject));
  return G_SOURCE_REMOVE;
}

static gboolean
thru_demo_studio_connect_route (ThruStudio *studio,
                                ThruDevice *from,
                                ThruDevice *to,
                                gboolean    anyway,
                                GError    **error)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (studio);
  ThruRoute *route = thru_studio_find_route (studio, from, to);
  g_autofree char *loop = anyway ? thru_loop_finder_explain (studio, from, to) : NULL;

  if (route == NULL)
    route = _thru_demo_builder_add_route (&self->builder, from, to);
  _thru_route_set_state (route, THRU_ROUTE_CONNECTING, NULL);
  answer_later (self, route, route_answered_cb);
  if (loop != NULL)
    _thru_demo_events_close_loop (self->events, route);
  return TRUE;
}

static gboolean
thru_demo_studio_disconnect_route (ThruStudio *studio,
                                   ThruRoute  *route,
                                   GError    **error)
{
  _thru_studio_remove_route (studio, route);
  return TRUE;
}

static gboolean
thru_demo_studio_mute_route (ThruStudio *studio,
                             ThruRoute  *route,
                             gboolean    muted,
                             GError    **error)
{
  _thru_route_set_mute (route, muted ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
  _thru_demo_builder_settle_route (&THRU_DEMO_STUDIO (studio)->builder, route);
  return TRUE;
}

static gboolean
room_answered_cb (gpointer user_data)
{
  Answer *answer = user_data;
  ThruRoom *room = THRU_ROOM (answer->subject);
  const ThruDemoBuilder *builder = &answer->studio->builder;

  g_hash_table_remove (answer->studio->answers, GUINT_TO_POINTER (answer->source));
  _thru_demo_builder_add_device (builder, room, "MIDI", TRUE, TRUE, THRU_DEMO_SILENT);
  _thru_demo_builder_add_device (builder, room, "MIDI", FALSE, TRUE, THRU_DEMO_SILENT);
  _thru_room_set_state (room, THRU_ROOM_CONNECTED, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
thru_demo_studio_add_room (ThruStudio *studio,
                           const char *address,
                           GError    **error)
{
  g_autofree char *id = g_strconcat ("demo:", address, NULL);
  g_autoptr(ThruRoom) room = NULL;

  if (thru_studio_find_room (studio, id) != NULL)
    return TRUE;

  room = _thru_room_new (id, address);
  _thru_room_set_manual (room, TRUE);
  _thru_room_set_address (room, address);
  _thru_room_set_state (room, THRU_ROOM_CONNECTING, _("It has not answered yet."));
  _thru_studio_add_room (studio, room);
  answer_later (THRU_DEMO_STUDIO (studio), room, room_answered_cb);
  return TRUE;
}

static gboolean
thru_demo_studio_remove_room (ThruStudio *studio,
                              ThruRoom   *room,
                              GError    **error)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (studio);
  g_autoptr(GPtrArray) none = g_ptr_array_new ();
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GHashTable) removed = g_hash_table_new (NULL, NULL);
  GListModel *routes = thru_studio_get_routes (studio);
  const char *id = thru_room_get_id (room);

  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_room (route), id) || g_str_equal (thru_route_get_to_room (route), id))
        {
          g_hash_table_add (removed, route);
          g_ptr_array_add (gone, g_object_ref (route));
        }
    }
  g_set_object (&self->removed_room, room);
  g_clear_pointer (&self->removed_routes, g_ptr_array_unref);
  self->removed_routes = g_steal_pointer (&gone);
  _thru_studio_change_routes (studio, none, removed);
  if (self->visitor == room)
    self->visitor = NULL;
  _thru_studio_remove_room (studio, room);
  return TRUE;
}

static gboolean
thru_demo_studio_restore_room (ThruStudio *studio,
                               const char *room_id,
                               GError    **error)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (studio);
  g_autoptr(GHashTable) none = g_hash_table_new (NULL, NULL);

  if (self->removed_room == NULL || !g_str_equal (thru_room_get_id (self->removed_room), room_id))
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("The room is not known any more"));
      return FALSE;
    }

  _thru_studio_add_room (studio, self->removed_room);
  _thru_studio_change_routes (studio, self->removed_routes, none);
  g_clear_object (&self->removed_room);
  return TRUE;
}

static gboolean
thru_demo_studio_set_room_name (ThruStudio *studio,
                                const char *name,
                                GError    **error)
{
  _thru_room_set_name (thru_studio_get_own_room (studio), name);
  _thru_studio_set_needs_name (studio, FALSE);
  return TRUE;
}

static void
thru_demo_studio_panic (ThruStudio *studio)
{
  _thru_demo_player_rest (THRU_DEMO_STUDIO (studio)->player);
}

static gboolean
thru_demo_studio_answer (ThruStudio   *studio,
                         ThruQuestion *question,
                         guint         answer,
                         char        **text,
                         GError      **error)
{
  *text = _thru_demo_events_answer (THRU_DEMO_STUDIO (studio)->events, question, answer);
  return TRUE;
}

static gboolean
thru_demo_studio_take_back_answer (ThruStudio *studio,
                                   GError    **error)
{
  _thru_demo_events_take_back (THRU_DEMO_STUDIO (studio)->events);
  return TRUE;
}

static void
thru_demo_studio_cancel_transfer (ThruStudio   *studio,
                                  ThruTransfer *transfer)
{
  _thru_studio_remove_transfer (studio, transfer);
}

static void
thru_demo_studio_stop (ThruStudio *studio)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (studio);
  GHashTableIter iter;
  gpointer source;

  g_hash_table_iter_init (&iter, self->answers);
  while (g_hash_table_iter_next (&iter, &source, NULL))
    g_source_remove (GPOINTER_TO_UINT (source));
  g_hash_table_remove_all (self->answers);
  g_clear_handle_id (&self->visit_timer, g_source_remove);
  _thru_demo_events_stop (self->events);
  _thru_demo_player_set_pace (self->player, 0);
}

static void
thru_demo_studio_dispose (GObject *object)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (object);

  if (self->player != NULL)
    thru_demo_studio_stop (THRU_STUDIO (self));
  g_clear_pointer (&self->player, _thru_demo_player_free);
  g_clear_pointer (&self->events, _thru_demo_events_free);
  g_clear_object (&self->removed_room);
  g_clear_pointer (&self->removed_routes, g_ptr_array_unref);

  G_OBJECT_CLASS (thru_demo_studio_parent_class)->dispose (object);
}

static void
thru_demo_studio_finalize (GObject *object)
{
  g_hash_table_unref (THRU_DEMO_STUDIO (object)->answers);

  G_OBJECT_CLASS (thru_demo_studio_parent_class)->finalize (object);
}

static void
thru_demo_studio_class_init (ThruDemoStudioClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ThruStudioClass *studio_class = THRU_STUDIO_CLASS (klass);

  object_class->dispose = thru_demo_studio_dispose;
  object_class->finalize = thru_demo_studio_finalize;
  studio_class->connect_route = thru_demo_studio_connect_route;
  studio_class->disconnect_route = thru_demo_studio_disconnect_route;
  studio_class->mute_route = thru_demo_studio_mute_route;
  studio_class->add_room = thru_demo_studio_add_room;
  studio_class->remove_room = thru_demo_studio_remove_room;
  studio_class->restore_room = thru_demo_studio_restore_room;
  studio_class->set_room_name = thru_demo_studio_set_room_name;
  studio_class->panic = thru_demo_studio_panic;
  studio_class->stop = thru_demo_studio_stop;
  studio_class->answer = thru_demo_studio_answer;
  studio_class->take_back_answer = thru_demo_studio_take_back_answer;
  studio_class->cancel_transfer = thru_demo_studio_cancel_transfer;
}

static void
thru_demo_studio_init (ThruDemoStudio *self)
{
  self->answers = g_hash_table_new (NULL, NULL);
  self->player = _thru_demo_player_new (THRU_STUDIO (self), g_getenv ("THRUWALL_DEMO_STILL") != NULL);
  self->builder = (ThruDemoBuilder) { THRU_STUDIO (self), self->player };
  self->events = _thru_demo_events_new (&self->builder);
}

static void
set_room_here (ThruDemoStudio *self,
               ThruRoom       *room,
               gboolean        here)
{
  GListModel *devices = thru_room_get_devices (room);
  GListModel *routes = thru_studio_get_routes (THRU_STUDIO (self));
  const char *id = thru_room_get_id (room);

  _thru_room_set_state (room, here ? THRU_ROOM_CONNECTED : THRU_ROOM_WAITING,
                        here ? NULL : _("It is not here now. It comes back by itself."));
  _thru_room_set_round_trip (room, here ? 1120 : 0);
  _thru_room_freeze (room);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      _thru_device_set_online (device, here, NULL);
    }
  _thru_room_thaw (room);
  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_room (route), id) || g_str_equal (thru_route_get_to_room (route), id))
        _thru_demo_builder_settle_route (&self->builder, route);
    }
}

static gboolean
visit_cb (gpointer user_data)
{
  ThruDemoStudio *self = user_data;
  gboolean here;

  if (self->visitor == NULL)
    {
      self->visit_timer = 0;
      return G_SOURCE_REMOVE;
    }

  here = !_thru_demo_builder_is_reachable (self->visitor);
  set_room_here (self, self->visitor, here);
  if (here)
    _thru_studio_tell (THRU_STUDIO (self), _("%s is back (gone %d s)"), thru_room_get_name (self->visitor), VISIT_SECONDS);
  return G_SOURCE_CONTINUE;
}

ThruStudio *
thru_demo_studio_new (guint n_rooms,
                      guint n_devices)
{
  ThruDemoStudio *self = g_object_new (THRU_TYPE_DEMO_STUDIO, NULL);
  const char *still = g_getenv ("THRUWALL_DEMO_STILL");

  self->visitor = _thru_demo_builder_build (&self->builder, n_rooms, n_devices);
  _thru_studio_set_port (THRU_STUDIO (self), PORT);
  _thru_studio_set_searching (THRU_STUDIO (self), TRUE);
  if (still == NULL)
    self->visit_timer = g_timeout_add_seconds (VISIT_SECONDS, visit_cb, self);
  if (n_rooms == 0 && n_devices == 0)
    _thru_demo_events_begin (self->events, still);
  return THRU_STUDIO (self);
}

void
thru_demo_studio_set_pace (ThruDemoStudio *self,
                           guint           hz)
{
  g_return_if_fail (THRU_IS_DEMO_STUDIO (self));

  g_clear_handle_id (&self->visit_timer, g_source_remove);
  _thru_demo_events_stop (self->events);
  _thru_demo_player_set_pace (self->player, hz);
}
