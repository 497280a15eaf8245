/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-demo-player-private.h"
#include "thru-demo-studio.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define ANSWER_MS 400
#define VISIT_SECONDS 25
#define MAX_ROOMS 64
#define MAX_DEVICES 256
#define PORT 1199

struct _ThruDemoStudio
{
  ThruStudio      parent_instance;

  ThruDemoPlayer *player;
  GHashTable     *answers; /* GUINT of sources that end what is connecting */
  ThruRoom       *visitor; /* (nullable): the room that comes and goes */
  ThruRoom       *removed_room; /* (nullable) (owned): the last one */
  GPtrArray      *removed_routes; /* (nullable) (element-type ThruRoute) */
  guint           visit_timer;
  ThruQuestion   *answered; /* owned (nullable) */
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

static char *
device_id (const char *name,
           gboolean    source)
{
  return g_strconcat (source ? "demo:in:" : "demo:out:", name, NULL);
}

static gboolean
is_reachable (ThruRoom *room)
{
  return thru_room_get_state (room) <= THRU_ROOM_CONNECTED;
}

/* The state that a route would have, by its ends. */
static void
settle_route (ThruDemoStudio *self,
              ThruRoute      *route)
{
  ThruStudio *studio = THRU_STUDIO (self);
  ThruDevice *ends[2];

  if (thru_route_get_mute (route) != THRU_MUTE_NONE)
    {
      _thru_route_set_state (route, THRU_ROUTE_MUTED, NULL);
      return;
    }

  ends[0] = thru_studio_find_device (studio, thru_route_get_from_room (route), thru_route_get_from_device (route), TRUE);
  ends[1] = thru_studio_find_device (studio, thru_route_get_to_room (route), thru_route_get_to_device (route), FALSE);
  for (guint i = 0; i < 2; i++)
    {
      ThruRoom *room = thru_device_get_room (ends[i]);
      g_autofree char *reason = NULL;

      if (is_reachable (room) && thru_device_get_online (ends[i]))
        continue;
      reason = g_strdup_printf (_("%s is not here. The route comes back by itself."),
                                is_reachable (room) ? thru_device_get_name (ends[i]) : thru_room_get_name (room));
      _thru_route_set_state (route, THRU_ROUTE_WAITING, reason);
      return;
    }
  _thru_route_set_state (route, THRU_ROUTE_CONNECTED, NULL);
}

static gboolean
route_answered_cb (gpointer user_data)
{
  Answer *answer = user_data;

  g_hash_table_remove (answer->studio->answers, GUINT_TO_POINTER (answer->source));
  settle_route (answer->studio, THRU_ROUTE (answer->subject));
  return G_SOURCE_REMOVE;
}

static ThruRoute *
make_route (ThruDevice *from,
            ThruDevice *to)
{
  ThruRouteKey key = {
    thru_room_get_id (thru_device_get_room (from)), thru_device_get_id (from),
    thru_room_get_id (thru_device_get_room (to)), thru_device_get_id (to),
  };

  return _thru_route_new (&key);
}

static gboolean
thru_demo_studio_connect_route (ThruStudio *studio,
                                ThruDevice *from,
                                ThruDevice *to,
                                gboolean    anyway,
                                GError    **error)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (studio);
  g_autoptr(ThruRoute) route = NULL;

  g_set_object (&route, thru_studio_find_route (studio, from, to));
  if (route == NULL)
    {
      route = make_route (from, to);
      _thru_studio_add_route (studio, route);
    }
  _thru_route_set_state (route, THRU_ROUTE_CONNECTING, NULL);
  answer_later (self, route, route_answered_cb);
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
  settle_route (THRU_DEMO_STUDIO (studio), route);
  return TRUE;
}

static void
add_device (ThruDemoStudio *self,
            ThruRoom       *room,
            const char     *name,
            gboolean        source,
            gboolean        online,
            ThruDemoPattern pattern)
{
  g_autofree char *id = device_id (name, source);
  g_autoptr(ThruDevice) device = _thru_device_new (id, name, source);

  _thru_device_set_online (device, online, online ? NULL : _("It is not plugged in."));
  _thru_room_add_device (room, device);
  if (source)
    _thru_demo_player_add (self->player, device, pattern);
}

static gboolean
room_answered_cb (gpointer user_data)
{
  Answer *answer = user_data;
  ThruRoom *room = THRU_ROOM (answer->subject);

  g_hash_table_remove (answer->studio->answers, GUINT_TO_POINTER (answer->source));
  add_device (answer->studio, room, "MIDI", TRUE, TRUE, THRU_DEMO_SILENT);
  add_device (answer->studio, room, "MIDI", FALSE, TRUE, THRU_DEMO_SILENT);
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

/* Nothing hangs on it here but the question itself. */
static gboolean
thru_demo_studio_answer (ThruStudio   *studio,
                         ThruQuestion *question,
                         guint         answer,
                         char        **text,
                         GError      **error)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new ();

  g_set_object (&THRU_DEMO_STUDIO (studio)->answered, question);
  *text = g_strdup (thru_question_get_answers (question)[answer]);
  _thru_studio_set_questions (studio, none);
  return TRUE;
}

static gboolean
thru_demo_studio_take_back_answer (ThruStudio *studio,
                                   GError    **error)
{
  g_autoptr(GPtrArray) questions = g_ptr_array_new ();

  g_ptr_array_add (questions, THRU_DEMO_STUDIO (studio)->answered);
  _thru_studio_set_questions (studio, questions);
  return TRUE;
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
  _thru_demo_player_set_pace (self->player, 0);
}

static void
thru_demo_studio_dispose (GObject *object)
{
  ThruDemoStudio *self = THRU_DEMO_STUDIO (object);

  if (self->player != NULL)
    thru_demo_studio_stop (THRU_STUDIO (self));
  g_clear_pointer (&self->player, _thru_demo_player_free);
  g_clear_object (&self->answered);
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
}

static void
thru_demo_studio_init (ThruDemoStudio *self)
{
  self->answers = g_hash_table_new (NULL, NULL);
  self->player = _thru_demo_player_new (THRU_STUDIO (self), g_getenv ("THRUWALL_DEMO_STILL") != NULL);
}

static void
add_table_devices (ThruDemoStudio     *self,
                   ThruRoom           *room,
                   const ThruDemoRoom *data)
{
  for (const ThruDemoDevice *device = data->devices; device->name != NULL; device++)
    {
      gboolean online = !(device->flags & THRU_DEMO_UNPLUGGED) && is_reachable (room);

      if (device->flags & THRU_DEMO_SOURCE)
        add_device (self, room, device->name, TRUE, online, device->pattern);
      if (device->flags & THRU_DEMO_DESTINATION)
        add_device (self, room, device->name, FALSE, online, THRU_DEMO_SILENT);
    }
}

/* The @n-th device name of the table, with a number from its second round on. */
static char *
numbered_name (guint    n,
               gboolean source)
{
  guint flag = source ? THRU_DEMO_SOURCE : THRU_DEMO_DESTINATION;

  for (guint round = 0, index = 0;; round++)
    for (guint i = 0; i < thru_demo_n_rooms; i++)
      for (const ThruDemoDevice *device = thru_demo_rooms[i].devices; device->name != NULL; device++)
        {
          if (!(device->flags & flag) || index++ < n)
            continue;
          return round == 0 ? g_strdup (device->name) : g_strdup_printf ("%s (%u)", device->name, round + 1);
        }
}

static void
add_numbered_devices (ThruDemoStudio *self,
                      ThruRoom       *room,
                      guint           n_room,
                      guint           n_devices)
{
  for (guint i = 0; i < 2 * n_devices; i++)
    {
      gboolean source = i < n_devices;
      g_autofree char *name = numbered_name (n_room * 5 % 19 + i % n_devices, source);

      add_device (self, room, name, source, is_reachable (room),
                  THRU_DEMO_SILENT + 1 + (n_room + i) % (THRU_DEMO_N_PATTERNS - 1));
    }
}

static ThruRoom *
add_demo_room (ThruDemoStudio *self,
               guint           n,
               guint           n_devices)
{
  const ThruDemoRoom *data = &thru_demo_rooms[n % thru_demo_n_rooms];
  g_autofree char *id = g_strdup_printf ("demo-room-%u", n + 1);
  g_autofree char *name = NULL;
  g_autofree char *address = NULL;
  g_autoptr(ThruRoom) room = NULL;
  guint more = n - thru_demo_n_rooms;

  if (n < thru_demo_n_rooms)
    name = g_strdup (data->name);
  else if (more < g_strv_length ((char **) thru_demo_more_rooms))
    name = g_strdup (thru_demo_more_rooms[more]);
  else
    name = g_strdup_printf ("Room %u", n + 1);

  room = _thru_room_new (id, name);
  if (n == 0)
    {
      _thru_room_set_own (room);
    }
  else
    {
      address = n < thru_demo_n_rooms ? g_strdup (data->address) : g_strdup_printf ("10.77.1.%u:1199", n);
      _thru_room_set_address (room, address);
      _thru_room_set_state (room, data->address != NULL ? data->state : THRU_ROOM_CONNECTED, NULL);
      _thru_room_set_round_trip (room, data->round_trip);
    }
  if (thru_room_get_state (room) == THRU_ROOM_WAITING)
    _thru_room_set_state (room, THRU_ROOM_WAITING, _("It is not here now. It comes back by itself."));
  else if (thru_room_get_state (room) == THRU_ROOM_CONNECTING)
    _thru_room_set_state (room, THRU_ROOM_CONNECTING, _("It has not answered yet."));

  if (n_devices == 0)
    add_table_devices (self, room, data);
  else
    add_numbered_devices (self, room, n, n_devices);
  _thru_studio_add_room (THRU_STUDIO (self), room);
  return room;
}

static void
add_demo_route (ThruDemoStudio *self,
                ThruDevice     *from,
                ThruDevice     *to,
                ThruRouteState  state)
{
  g_autoptr(ThruRoute) route = NULL;

  if (from == NULL || to == NULL || thru_studio_find_route (THRU_STUDIO (self), from, to) != NULL)
    return;

  route = make_route (from, to);
  _thru_route_set_mute (route, state == THRU_ROUTE_MUTED ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
  _thru_studio_add_route (THRU_STUDIO (self), route);
  settle_route (self, route);
  if (state == THRU_ROUTE_PROBLEM)
    _thru_route_set_state (route, state, _("Drum booth says: TD-27 is used by another program."));
  else if (state == THRU_ROUTE_CONNECTING)
    _thru_route_set_state (route, state, _("Kitchen has not answered yet."));
}

static void
add_table_routes (ThruDemoStudio *self)
{
  for (guint i = 0; i < thru_demo_n_routes; i++)
    {
      const ThruDemoRoute *data = &thru_demo_routes[i];

      add_demo_route (self,
                      thru_studio_parse_device (THRU_STUDIO (self), data->from, TRUE, NULL),
                      thru_studio_parse_device (THRU_STUDIO (self), data->to, FALSE, NULL),
                      data->state);
    }
}

/* Every source plays one or two destinations, here and in other rooms. */
static void
add_numbered_routes (ThruDemoStudio *self)
{
  g_autoptr(GPtrArray) sources = g_ptr_array_new ();
  g_autoptr(GPtrArray) destinations = g_ptr_array_new ();
  GListModel *rooms = thru_studio_get_rooms (THRU_STUDIO (self));

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);
      GListModel *devices = thru_room_get_devices (room);

      for (guint j = 0; j < g_list_model_get_n_items (devices); j++)
        {
          g_autoptr(ThruDevice) device = g_list_model_get_item (devices, j);

          g_ptr_array_add (thru_device_is_source (device) ? sources : destinations, device);
        }
    }
  for (guint i = 0; destinations->len > 0 && i < sources->len; i++)
    {
      ThruRouteState state = i % 23 == 7 ? THRU_ROUTE_MUTED : THRU_ROUTE_CONNECTED;

      add_demo_route (self, g_ptr_array_index (sources, i),
                      g_ptr_array_index (destinations, (i * 7 + 3) % destinations->len), state);
      if (i % 2 == 0)
        add_demo_route (self, g_ptr_array_index (sources, i),
                        g_ptr_array_index (destinations, (i * 13 + 5) % destinations->len), THRU_ROUTE_CONNECTED);
    }
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
        settle_route (self, route);
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

  here = !is_reachable (self->visitor);
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

  n_rooms = n_rooms == 0 ? thru_demo_n_rooms : MIN (n_rooms, MAX_ROOMS);
  n_devices = MIN (n_devices, MAX_DEVICES);
  for (guint i = 0; i < n_rooms; i++)
    {
      ThruRoom *room = add_demo_room (self, i, n_devices);

      if (thru_room_get_state (room) == THRU_ROOM_WAITING)
        self->visitor = room;
    }
  if (n_devices == 0)
    add_table_routes (self);
  else
    add_numbered_routes (self);

  _thru_studio_set_port (THRU_STUDIO (self), PORT);
  _thru_studio_set_searching (THRU_STUDIO (self), TRUE);
  if (g_getenv ("THRUWALL_DEMO_STILL") == NULL)
    self->visit_timer = g_timeout_add_seconds (VISIT_SECONDS, visit_cb, self);
  return THRU_STUDIO (self);
}

void
thru_demo_studio_set_pace (ThruDemoStudio *self,
                           guint           hz)
{
  g_return_if_fail (THRU_IS_DEMO_STUDIO (self));

  g_clear_handle_id (&self->visit_timer, g_source_remove);
  _thru_demo_player_set_pace (self->player, hz);
}
