/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-json-check.h"
#include "thru-route-private.h"
#include "thru-saved-state.h"
#include "thru-strings-private.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* The text form of ThruSavedState. Nothing here trusts the file: it may come from a crash, an editor or another program. */

#define ID_MAX 127
#define NAME_OCTETS 63
#define ADDRESS_MAX 255
#define MUTED_BY_HAND "by-hand"
#define MUTED_LOOP "loop"

static JsonNode *
get_member (JsonObject *object,
            const char *name,
            GType       type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node : NULL;
}

/* Returns: (nullable): NULL when it is missing, no text, empty or too long. */
static const char *
get_id (JsonObject *object,
        const char *name,
        gsize       max)
{
  JsonNode *node = get_member (object, name, G_TYPE_STRING);
  const char *text = node != NULL ? json_node_get_string (node) : NULL;

  return text != NULL && text[0] != '\0' && strlen (text) <= max && g_utf8_validate (text, -1, NULL) ? text : NULL;
}

/* Returns: (transfer full) (nullable). */
static char *
get_name (JsonObject *object,
          const char *name)
{
  JsonNode *node = get_member (object, name, G_TYPE_STRING);

  return node != NULL ? _thru_strings_clean (json_node_get_string (node), NAME_OCTETS) : NULL;
}

static gint64
get_number (JsonObject *object,
            const char *name,
            gint64      max)
{
  JsonNode *node = get_member (object, name, G_TYPE_INT64);
  gint64 number = node != NULL ? json_node_get_int (node) : 0;

  return number > 0 && number <= max ? number : 0;
}

/* Returns: (transfer full) (nullable). */
static ThruSavedDevice *
decode_device (JsonObject *object)
{
  const char *id = get_id (object, "id", ID_MAX);
  g_autofree char *name = get_name (object, "name");
  JsonNode *source = get_member (object, "source", G_TYPE_BOOLEAN);
  guint32 address = (guint32) get_number (object, "address", 0xfeffffff);

  if (id == NULL || name == NULL || source == NULL || (address != 0 && address < 0x80000001u))
    return NULL;
  return thru_saved_device_new (id, name, json_node_get_boolean (source), address);
}

static void
decode_marks (ThruSavedDevice *device,
              JsonObject      *object)
{
  const char *kind = get_id (object, "kind", ID_MAX);

  if (kind != NULL)
    _thru_strings_set (&device->kind, kind);
  device->place = g_strdup (get_id (object, "place", ADDRESS_MAX));
  device->serial = g_strdup (get_id (object, "serial", ID_MAX));
  device->maybe = g_strdup (get_id (object, "maybe", ID_MAX));
}

static gboolean
add_own_device (ThruSavedState *state,
                JsonObject     *object)
{
  ThruSavedDevice *device = decode_device (object);

  if (device == NULL)
    return FALSE;

  decode_marks (device, object);
  g_ptr_array_add (state->devices, device);
  for (guint i = 0; i + 1 < state->devices->len; i++)
    {
      ThruSavedDevice *other = g_ptr_array_index (state->devices, i);

      if (device->address == other->address || (g_str_equal (device->id, other->id) && device->is_source == other->is_source))
        device->address = 0;
    }
  if (device->address != 0)
    return TRUE;

  g_ptr_array_set_size (state->devices, (int) state->devices->len - 1);
  return FALSE;
}

/* A word that a later version may have written for another reason to be silent is a reason to be silent. */
static ThruMute
get_mute (JsonObject *object)
{
  JsonNode *node = get_member (object, "muted", G_TYPE_STRING);

  if (node == NULL)
    return THRU_MUTE_NONE;
  return g_str_equal (json_node_get_string (node), MUTED_LOOP) ? THRU_MUTE_LOOP : THRU_MUTE_BY_HAND;
}

static gboolean
add_route (ThruSavedState *state,
           JsonObject     *object)
{
  ThruRouteKey key = {
    get_id (object, "from-room", ID_MAX), get_id (object, "from-device", ID_MAX),
    get_id (object, "to-room", ID_MAX), get_id (object, "to-device", ID_MAX),
  };
  g_autofree char *from_room_name = get_name (object, "from-room-name");
  g_autofree char *from_name = get_name (object, "from-name");
  g_autofree char *to_room_name = get_name (object, "to-room-name");
  g_autofree char *to_name = get_name (object, "to-name");
  ThruRoute *route;

  if (key.from_room == NULL || key.from_device == NULL || key.to_room == NULL || key.to_device == NULL)
    return FALSE;
  for (guint i = 0; i < state->routes->len; i++)
    {
      if (_thru_route_key_equal (&key, _thru_route_get_key (g_ptr_array_index (state->routes, i))))
        return FALSE;
    }

  route = _thru_route_new (&key);
  _thru_route_set_names (route, from_room_name, from_name, to_room_name, to_name);
  _thru_route_set_mute (route, get_mute (object));
  g_ptr_array_add (state->routes, route);
  return TRUE;
}

static gboolean
add_address (ThruSavedState *state,
             JsonObject     *object)
{
  const char *address = get_id (object, "address", ADDRESS_MAX);

  if (address == NULL)
    return FALSE;
  for (guint i = 0; i < state->addresses->len; i++)
    {
      ThruSavedAddress *other = g_ptr_array_index (state->addresses, i);

      if (g_str_equal (other->address, address))
        return FALSE;
    }
  g_ptr_array_add (state->addresses, thru_saved_address_new (address, get_id (object, "room", ID_MAX)));
  return TRUE;
}

typedef gboolean (*AddFunc) (ThruSavedState *state,
                             JsonObject     *object);

/* Gives each entry of the list @name to @add; counts those that it does not take. */
static guint
decode_list (ThruSavedState *state,
             JsonObject     *object,
             const char     *name,
             guint           max,
             AddFunc         add)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array;
  guint n_dropped = 0;

  if (node == NULL)
    return 0;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return 1;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *entry = json_array_get_element (array, i);

      if (i >= max || !JSON_NODE_HOLDS_OBJECT (entry) || !add (state, json_node_get_object (entry)))
        n_dropped++;
    }
  return n_dropped;
}

static gboolean
add_room_device (ThruSavedState *state,
                 JsonObject     *object)
{
  ThruSavedRoom *room = g_ptr_array_index (state->rooms, state->rooms->len - 1);
  g_autoptr(ThruSavedDevice) device = decode_device (object);

  if (device == NULL)
    return FALSE;
  for (guint i = 0; i < room->devices->len; i++)
    {
      ThruSavedDevice *other = g_ptr_array_index (room->devices, i);

      if (g_str_equal (device->id, other->id) && device->is_source == other->is_source)
        return FALSE;
    }
  g_ptr_array_add (room->devices, g_steal_pointer (&device));
  return TRUE;
}

static gboolean
add_room (ThruSavedState *state,
          JsonObject     *object)
{
  const char *id = get_id (object, "id", ID_MAX);
  g_autofree char *name = get_name (object, "name");

  if (id == NULL || name == NULL || g_str_equal (id, state->room_id))
    return FALSE;
  for (guint i = 0; i < state->rooms->len; i++)
    {
      if (g_str_equal (id, ((ThruSavedRoom *) g_ptr_array_index (state->rooms, i))->id))
        return FALSE;
    }
  g_ptr_array_add (state->rooms, thru_saved_room_new (id, name));
  return decode_list (state, object, "devices", THRU_SAVED_ROOM_DEVICES_MAX, add_room_device) == 0;
}

static guint
decode_room (ThruSavedState *state,
             JsonObject     *object)
{
  JsonNode *node = json_object_get_member (object, "room");
  const char *id;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return 1;

  object = json_node_get_object (node);
  state->room_name = get_name (object, "name");
  if (state->room_name != NULL && state->room_name[0] == '\0')
    g_clear_pointer (&state->room_name, g_free);
  state->port = (guint) get_number (object, "port", G_MAXUINT16);
  id = get_id (object, "id", ID_MAX);
  if (id != NULL)
    _thru_strings_set (&state->room_id, id);
  return id == NULL;
}

/* 1 when what is there makes no sense: then it is as if it had never been set. */
static guint
decode_late_limit (ThruSavedState *state,
                   JsonObject     *object)
{
  JsonNode *node = get_member (object, "late-limit", G_TYPE_INT64);

  if (!json_object_has_member (object, "late-limit"))
    return 0;
  if (node != NULL && json_node_get_int (node) >= 0 && json_node_get_int (node) <= G_MAXUINT &&
      thru_late_limit_is_valid ((guint) json_node_get_int (node)))
    {
      state->late_limit_ms = (guint) json_node_get_int (node);
      return 0;
    }

  state->complaint = g_strdup_printf (_("The saved limit for late notes makes no sense; it is %d milliseconds now."),
                                      THRU_LATE_LIMIT_DEFAULT);
  return 1;
}

ThruSavedState *
thru_saved_state_decode (const char *text,
                         gsize       length,
                         guint      *n_dropped,
                         GError    **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GError) parse_error = NULL;
  ThruSavedState *state;
  JsonObject *object;
  JsonNode *version;

  g_return_val_if_fail (text != NULL && n_dropped != NULL, NULL);

  if (length > G_MAXINT || !g_utf8_validate (text, (gssize) length, NULL) || !thru_json_check (text, length) ||
      !json_parser_load_from_data (parser, text, (gssize) length, &parse_error) ||
      json_parser_get_root (parser) == NULL || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error_literal (error, THRU_SAVED_ERROR, THRU_SAVED_ERROR_DAMAGED,
                           parse_error != NULL ? parse_error->message : _("It is not what was saved"));
      return NULL;
    }

  object = json_node_get_object (json_parser_get_root (parser));
  version = get_member (object, "version", G_TYPE_INT64);
  if (version != NULL && json_node_get_int (version) > THRU_SAVED_VERSION)
    {
      g_set_error_literal (error, THRU_SAVED_ERROR, THRU_SAVED_ERROR_NEWER, _("It was saved by a newer version of Thruwall"));
      return NULL;
    }

  state = thru_saved_state_new ();
  *n_dropped = version == NULL;
  *n_dropped += decode_room (state, object);
  *n_dropped += decode_late_limit (state, object);
  *n_dropped += decode_list (state, object, "devices", THRU_SAVED_DEVICES_MAX, add_own_device);
  *n_dropped += decode_list (state, object, "routes", THRU_SAVED_ROUTES_MAX, add_route);
  *n_dropped += decode_list (state, object, "addresses", THRU_SAVED_ADDRESSES_MAX, add_address);
  *n_dropped += decode_list (state, object, "rooms", THRU_SAVED_ROOMS_MAX, add_room);
  return state;
}

static void
add_member (JsonBuilder *builder,
            const char  *name,
            const char  *text)
{
  if (text == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
begin_list (JsonBuilder *builder,
            const char  *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

/* The kind is in the id, unless a person said that it is what had another name. */
static void
encode_marks (JsonBuilder           *builder,
              const ThruSavedDevice *device)
{
  g_autoptr(ThruSavedDevice) plain = thru_saved_device_new (device->id, device->name, device->is_source, 0);

  if (!g_str_equal (plain->kind, device->kind))
    add_member (builder, "kind", device->kind);
  add_member (builder, "place", device->place);
  add_member (builder, "serial", device->serial);
  add_member (builder, "maybe", device->maybe);
}

static void
encode_devices (JsonBuilder *builder,
                GPtrArray   *devices)
{
  begin_list (builder, "devices");
  for (guint i = 0; i < devices->len; i++)
    {
      const ThruSavedDevice *device = g_ptr_array_index (devices, i);

      json_builder_begin_object (builder);
      add_member (builder, "id", device->id);
      add_member (builder, "name", device->name);
      json_builder_set_member_name (builder, "source");
      json_builder_add_boolean_value (builder, device->is_source);
      if (device->address != 0)
        {
          json_builder_set_member_name (builder, "address");
          json_builder_add_int_value (builder, device->address);
        }
      encode_marks (builder, device);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
encode_routes (JsonBuilder *builder,
               GPtrArray   *routes)
{
  begin_list (builder, "routes");
  for (guint i = 0; i < routes->len; i++)
    {
      ThruRoute *route = g_ptr_array_index (routes, i);

      json_builder_begin_object (builder);
      add_member (builder, "from-room", thru_route_get_from_room (route));
      add_member (builder, "from-device", thru_route_get_from_device (route));
      add_member (builder, "to-room", thru_route_get_to_room (route));
      add_member (builder, "to-device", thru_route_get_to_device (route));
      add_member (builder, "from-room-name", thru_route_get_from_room_name (route));
      add_member (builder, "from-name", thru_route_get_from_name (route));
      add_member (builder, "to-room-name", thru_route_get_to_room_name (route));
      add_member (builder, "to-name", thru_route_get_to_name (route));
      if (thru_route_get_mute (route) != THRU_MUTE_NONE)
        add_member (builder, "muted", thru_route_get_mute (route) == THRU_MUTE_LOOP ? MUTED_LOOP : MUTED_BY_HAND);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
encode_rooms (JsonBuilder          *builder,
              const ThruSavedState *self)
{
  begin_list (builder, "addresses");
  for (guint i = 0; i < self->addresses->len; i++)
    {
      const ThruSavedAddress *address = g_ptr_array_index (self->addresses, i);

      json_builder_begin_object (builder);
      add_member (builder, "address", address->address);
      add_member (builder, "room", address->room_id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  begin_list (builder, "rooms");
  for (guint i = 0; i < self->rooms->len; i++)
    {
      const ThruSavedRoom *room = g_ptr_array_index (self->rooms, i);

      json_builder_begin_object (builder);
      add_member (builder, "id", room->id);
      add_member (builder, "name", room->name);
      encode_devices (builder, room->devices);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

char *
thru_saved_state_encode (const ThruSavedState *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, THRU_SAVED_VERSION);
  json_builder_set_member_name (builder, "room");
  json_builder_begin_object (builder);
  add_member (builder, "id", self->room_id);
  add_member (builder, "name", self->room_name);
  if (self->port != 0)
    {
      json_builder_set_member_name (builder, "port");
      json_builder_add_int_value (builder, self->port);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "late-limit");
  json_builder_add_int_value (builder, self->late_limit_ms);
  encode_devices (builder, self->devices);
  encode_routes (builder, self->routes);
  encode_rooms (builder, self);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
