/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-late-watch-private.h"
#include "thru-room-list-private.h"
#include "thru-route-table-private.h"
#include "thru-studio-private.h"

typedef struct
{
  ThruRoomList   *rooms;
  ThruRouteTable *routes;
  GListStore     *problems;
  GListStore     *transfers;
  GListStore     *questions;
  ThruRoom       *own_room;   /* borrowed from rooms */
  guint           port;
  guint           late_limit; /* milliseconds */
  ThruLateWatch  *late_watch;
  gboolean        needs_name;
  gboolean        searching;
} ThruStudioPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ThruStudio, thru_studio, G_TYPE_OBJECT)

G_DEFINE_QUARK (thru-studio-error-quark, thru_studio_error)

enum
{
  PROP_0,
  PROP_PORT,
  PROP_LATE_LIMIT,
  PROP_NEEDS_NAME,
  PROP_SEARCHING,
  N_PROPS
};

enum
{
  MESSAGE,
  DEVICES_CHANGED,
  PATCHED,
  ROOM_REMOVED,
  ANSWERED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static ThruStudioPrivate *
get_private (ThruStudio *self)
{
  return thru_studio_get_instance_private (self);
}

static void
thru_studio_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  ThruStudioPrivate *priv = get_private (THRU_STUDIO (object));

  switch (prop_id)
    {
    case PROP_PORT:
      g_value_set_uint (value, priv->port);
      break;

    case PROP_LATE_LIMIT:
      g_value_set_uint (value, priv->late_limit);
      break;

    case PROP_NEEDS_NAME:
      g_value_set_boolean (value, priv->needs_name);
      break;

    case PROP_SEARCHING:
      g_value_set_boolean (value, priv->searching);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thru_studio_finalize (GObject *object)
{
  ThruStudioPrivate *priv = get_private (THRU_STUDIO (object));

  _thru_late_watch_free (priv->late_watch);
  _thru_room_list_free (priv->rooms);
  _thru_route_table_free (priv->routes);
  g_object_unref (priv->problems);
  g_object_unref (priv->transfers);
  g_object_unref (priv->questions);

  G_OBJECT_CLASS (thru_studio_parent_class)->finalize (object);
}

static void
thru_studio_class_init (ThruStudioClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = thru_studio_get_property;
  object_class->finalize = thru_studio_finalize;

  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_LATE_LIMIT] = g_param_spec_uint ("late-limit", NULL, NULL, 0, THRU_LATE_LIMIT_MAX,
                                                   THRU_LATE_LIMIT_DEFAULT, flags);
  properties[PROP_NEEDS_NAME] = g_param_spec_boolean ("needs-name", NULL, NULL, FALSE, flags);
  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[DEVICES_CHANGED] = g_signal_new ("devices-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PATCHED] = g_signal_new ("patched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 2, THRU_TYPE_ROUTE, G_TYPE_INT);
  signals[ANSWERED] = g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ROOM_REMOVED] = g_signal_new ("room-removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 1, THRU_TYPE_ROOM);
}

static void
thru_studio_init (ThruStudio *self)
{
  ThruStudioPrivate *priv = get_private (self);

  priv->late_limit = THRU_LATE_LIMIT_DEFAULT;
  priv->rooms = _thru_room_list_new ();
  priv->routes = _thru_route_table_new ();
  priv->problems = g_list_store_new (THRU_TYPE_PROBLEM);
  priv->late_watch = _thru_late_watch_new (_thru_route_table_get_model (priv->routes));
  priv->transfers = g_list_store_new (THRU_TYPE_TRANSFER);
  priv->questions = g_list_store_new (THRU_TYPE_QUESTION);
}

static const char *
find_name (ThruStudio *self,
           const char *room_id,
           const char *device_id,
           gboolean    source)
{
  ThruDevice *device = thru_studio_find_device (self, room_id, device_id, source);

  return device != NULL ? thru_device_get_name (device) : NULL;
}

static const char *
find_room_name (ThruStudio *self,
                const char *room_id)
{
  ThruRoom *room = thru_studio_find_room (self, room_id);

  return room != NULL ? thru_room_get_name (room) : NULL;
}

static void
name_route (ThruStudio *self,
            ThruRoute  *route)
{
  const ThruRouteKey *key = _thru_route_get_key (route);

  _thru_route_set_names (route,
                         find_room_name (self, key->from_room),
                         find_name (self, key->from_room, key->from_device, TRUE),
                         find_room_name (self, key->to_room),
                         find_name (self, key->to_room, key->to_device, FALSE));
}

static void
devices_changed_cb (ThruStudio *self,
                    ThruRoom   *room)
{
  ThruStudioPrivate *priv = get_private (self);
  const char *id = thru_room_get_id (room);
  GHashTableIter iter;
  gpointer key, route;

  _thru_route_table_init_iter (priv->routes, &iter);
  while (g_hash_table_iter_next (&iter, &key, &route))
    {
      if (g_str_equal (((ThruRouteKey *) key)->from_room, id) || g_str_equal (((ThruRouteKey *) key)->to_room, id))
        name_route (self, route);
    }

  g_signal_emit (self, signals[DEVICES_CHANGED], 0);
}

static void
room_named_cb (ThruStudio *self,
               GParamSpec *pspec,
               ThruRoom   *room)
{
  _thru_room_list_renamed (get_private (self)->rooms, room);
  devices_changed_cb (self, room);
}

void
_thru_studio_add_room (ThruStudio *self,
                       ThruRoom   *room)
{
  ThruStudioPrivate *priv;

  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROOM (room));
  g_return_if_fail (thru_studio_find_room (self, thru_room_get_id (room)) == NULL);

  priv = get_private (self);
  if (thru_room_is_own (room) && priv->own_room == NULL)
    priv->own_room = room;

  g_signal_connect_object (room, "devices-changed", G_CALLBACK (devices_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (room, "notify::name", G_CALLBACK (room_named_cb), self, G_CONNECT_SWAPPED);
  _thru_room_list_add (priv->rooms, room);
}

void
_thru_studio_remove_room (ThruStudio *self,
                          ThruRoom   *room)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROOM (room));
  g_return_if_fail (room != thru_studio_get_own_room (self));

  g_signal_handlers_disconnect_by_data (room, self);
  _thru_room_list_remove (get_private (self)->rooms, room);
}

void
_thru_studio_set_room_id (ThruStudio *self,
                          ThruRoom   *room,
                          const char *id)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROOM (room) && id != NULL);
  g_return_if_fail (thru_studio_find_room (self, id) == NULL);

  _thru_room_list_set_id (get_private (self)->rooms, room, id);
  devices_changed_cb (self, room);
}

ThruRoute *
_thru_studio_find_route_by_key (ThruStudio         *self,
                                const ThruRouteKey *key)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && key != NULL, NULL);

  return _thru_route_table_find (get_private (self)->routes, key);
}

void
_thru_studio_add_route (ThruStudio *self,
                        ThruRoute  *route)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROUTE (route));
  g_return_if_fail (_thru_studio_find_route_by_key (self, _thru_route_get_key (route)) == NULL);

  name_route (self, route);
  _thru_route_table_add (get_private (self)->routes, route);
}

void
_thru_studio_remove_route (ThruStudio *self,
                           ThruRoute  *route)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROUTE (route));

  _thru_route_table_remove (get_private (self)->routes, route);
}

void
_thru_studio_change_routes (ThruStudio *self,
                            GPtrArray  *added,
                            GHashTable *removed)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && added != NULL && removed != NULL);

  for (guint i = 0; i < added->len; i++)
    name_route (self, g_ptr_array_index (added, i));
  _thru_route_table_change (get_private (self)->routes, added, removed);
}

static gboolean
same_problem (ThruProblem *a,
              ThruProblem *b)
{
  return g_strcmp0 (thru_problem_get_title (a), thru_problem_get_title (b)) == 0 &&
         g_strcmp0 (thru_problem_get_detail (a), thru_problem_get_detail (b)) == 0 &&
         g_strcmp0 (thru_problem_get_command (a), thru_problem_get_command (b)) == 0;
}

void
_thru_studio_set_problem (ThruStudio     *self,
                          ThruProblemKind kind,
                          ThruProblem    *problem)
{
  ThruStudioPrivate *priv;
  gpointer addition = problem;
  guint n;
  guint i;

  g_return_if_fail (THRU_IS_STUDIO (self));
  g_return_if_fail (problem == NULL || thru_problem_get_kind (problem) == kind);

  priv = get_private (self);
  n = g_list_model_get_n_items (G_LIST_MODEL (priv->problems));
  for (i = 0; i < n; i++)
    {
      g_autoptr(ThruProblem) old = g_list_model_get_item (G_LIST_MODEL (priv->problems), i);

      if (thru_problem_get_kind (old) > kind)
        break;
      if (thru_problem_get_kind (old) < kind)
        continue;
      if (problem == NULL || !same_problem (old, problem))
        g_list_store_splice (priv->problems, i, 1, &addition, problem != NULL);
      return;
    }

  if (problem != NULL)
    g_list_store_insert (priv->problems, i, problem);
}

void
_thru_studio_set_questions (ThruStudio *self,
                            GPtrArray  *questions)
{
  GListModel *list;
  gboolean same;

  g_return_if_fail (THRU_IS_STUDIO (self) && questions != NULL);

  list = thru_studio_get_questions (self);
  same = g_list_model_get_n_items (list) == questions->len;
  for (guint i = 0; same && i < questions->len; i++)
    {
      g_autoptr(ThruQuestion) old = g_list_model_get_item (list, i);

      same = thru_question_equal (old, g_ptr_array_index (questions, i));
    }
  if (!same)
    g_list_store_splice (G_LIST_STORE (list), 0, g_list_model_get_n_items (list), questions->pdata, questions->len);
}

void
_thru_studio_set_port (ThruStudio *self,
                       guint       port)
{
  ThruStudioPrivate *priv;

  g_return_if_fail (THRU_IS_STUDIO (self));

  priv = get_private (self);
  if (priv->port == port)
    return;

  priv->port = port;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
}

void
_thru_studio_set_late_limit (ThruStudio *self,
                             guint       ms)
{
  ThruStudioPrivate *priv;

  g_return_if_fail (THRU_IS_STUDIO (self));

  priv = get_private (self);
  if (priv->late_limit == ms)
    return;

  priv->late_limit = ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LATE_LIMIT]);
}

void
_thru_studio_set_needs_name (ThruStudio *self,
                             gboolean    needs_name)
{
  ThruStudioPrivate *priv;

  g_return_if_fail (THRU_IS_STUDIO (self));

  priv = get_private (self);
  if (priv->needs_name == !!needs_name)
    return;

  priv->needs_name = !!needs_name;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEEDS_NAME]);
}

void
_thru_studio_set_searching (ThruStudio *self,
                            gboolean    searching)
{
  ThruStudioPrivate *priv;

  g_return_if_fail (THRU_IS_STUDIO (self));

  priv = get_private (self);
  if (priv->searching == !!searching)
    return;

  priv->searching = !!searching;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
}

void
_thru_studio_tell (ThruStudio *self,
                   const char *format,
                   ...)
{
  g_autofree char *text = NULL;
  va_list args;

  g_return_if_fail (THRU_IS_STUDIO (self));

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_signal_emit (self, signals[MESSAGE], 0, text);
}

GListModel *
thru_studio_get_rooms (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return _thru_room_list_get_model (get_private (self)->rooms);
}

GListModel *
thru_studio_get_routes (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return _thru_route_table_get_model (get_private (self)->routes);
}

GListModel *
thru_studio_get_transfers (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return G_LIST_MODEL (get_private (self)->transfers);
}

GListModel *
thru_studio_get_problems (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return G_LIST_MODEL (get_private (self)->problems);
}

GListModel *
thru_studio_get_questions (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return G_LIST_MODEL (get_private (self)->questions);
}

ThruRoom *
thru_studio_get_own_room (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), NULL);

  return get_private (self)->own_room;
}

guint
thru_studio_get_port (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), 0);

  return get_private (self)->port;
}

guint
thru_studio_get_late_limit (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), THRU_LATE_LIMIT_DEFAULT);

  return get_private (self)->late_limit;
}

gboolean
thru_studio_get_needs_name (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), FALSE);

  return get_private (self)->needs_name;
}

gboolean
thru_studio_get_searching (ThruStudio *self)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), FALSE);

  return get_private (self)->searching;
}

ThruRoute *
thru_studio_find_route (ThruStudio *self,
                        ThruDevice *from,
                        ThruDevice *to)
{
  ThruRouteKey key;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), NULL);

  if (thru_device_get_room (from) == NULL || thru_device_get_room (to) == NULL)
    return NULL;

  key.from_room = thru_room_get_id (thru_device_get_room (from));
  key.from_device = thru_device_get_id (from);
  key.to_room = thru_room_get_id (thru_device_get_room (to));
  key.to_device = thru_device_get_id (to);
  return _thru_studio_find_route_by_key (self, &key);
}

ThruRoom *
thru_studio_find_room (ThruStudio *self,
                       const char *id)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && id != NULL, NULL);

  return _thru_room_list_find (get_private (self)->rooms, id);
}

ThruDevice *
thru_studio_find_device (ThruStudio *self,
                         const char *room_id,
                         const char *device_id,
                         gboolean    source)
{
  ThruRoom *room = thru_studio_find_room (self, room_id);

  return room != NULL ? _thru_room_find_device (room, device_id, source) : NULL;
}

void
_thru_studio_emit_answered (ThruStudio *self,
                            const char *text)
{
  g_signal_emit (self, signals[ANSWERED], 0, text);
}

void
_thru_studio_emit_patched (ThruStudio *self,
                           ThruRoute  *route,
                           ThruChange  change)
{
  g_signal_emit (self, signals[PATCHED], 0, route, (int) change);
}
