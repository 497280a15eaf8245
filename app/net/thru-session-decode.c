/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-dmidi-frame.h"
#include "thru-json-check.h"
#include "thru-session-message.h"
#include "thru-session-names.h"

#include <json-glib/json-glib.h>

/* More entries than this in one message do not fit into a frame anyway. */
#define ENTRIES_MAX 1024
#define NUMBER_MAX G_MAXUINT32

/* Above this a double has gaps, and other languages' JSON readers with it. */
#define CLOCK_MAX ((G_GUINT64_CONSTANT (1) << 53) - 1)

static gboolean
malformed (GError    **error,
           const char *key)
{
  g_set_error (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_MALFORMED,
               "“%s” is missing, of the wrong kind or out of bounds", key);
  return FALSE;
}

static JsonNode *
find_value (JsonObject *object,
            const char *key,
            GType       type)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node : NULL;
}

/* An absent one is fine: then @text stays NULL. */
static gboolean
read_optional_text (JsonObject *object,
                    const char *key,
                    gsize       max,
                    char      **text,
                    GError    **error)
{
  JsonNode *node;

  if (!json_object_has_member (object, key) || json_object_get_null_member (object, key))
    return TRUE;

  node = find_value (object, key, G_TYPE_STRING);
  if (node == NULL)
    return malformed (error, key);

  *text = thru_session_clean_text (json_node_get_string (node), -1, max);
  return TRUE;
}

static gboolean
read_text (JsonObject *object,
           const char *key,
           gsize       max,
           char      **text,
           GError    **error)
{
  if (!read_optional_text (object, key, max, text, error))
    return FALSE;

  return *text != NULL && **text != '\0' ? TRUE : malformed (error, key);
}

static gboolean
read_clock (JsonObject *object,
            const char *key,
            guint64     max,
            guint64    *number,
            GError    **error)
{
  JsonNode *node = find_value (object, key, G_TYPE_INT64);
  gint64 value = node != NULL ? json_node_get_int (node) : -1;

  if (value < 0 || (guint64)value > max)
    return malformed (error, key);

  *number = (guint64)value;
  return TRUE;
}

static gboolean
read_number (JsonObject *object,
             const char *key,
             uint32_t   *number,
             GError    **error)
{
  guint64 value;

  if (!read_clock (object, key, NUMBER_MAX, &value, error))
    return FALSE;

  *number = (uint32_t)value;
  return TRUE;
}

static gboolean
read_boolean (JsonObject *object,
              const char *key,
              gboolean    fallback)
{
  JsonNode *node = find_value (object, key, G_TYPE_BOOLEAN);

  return node != NULL ? json_node_get_boolean (node) : fallback;
}

static gboolean
read_address (JsonObject *object,
              uint32_t   *address,
              GError    **error)
{
  JsonNode *node = find_value (object, "address", G_TYPE_STRING);

  if (node != NULL)
    *address = thru_dmidi_address_parse (json_node_get_string (node));

  if (node == NULL || *address < THRU_DMIDI_ADDRESS_FIRST || *address > THRU_DMIDI_ADDRESS_LAST)
    return malformed (error, "address");

  return TRUE;
}

/* A word of two: TRUE for @yes, FALSE for @no. */
static gboolean
read_choice (JsonObject *object,
             const char *key,
             const char *yes,
             const char *no,
             gboolean   *choice,
             GError    **error)
{
  JsonNode *node = find_value (object, key, G_TYPE_STRING);
  const char *text = node != NULL ? json_node_get_string (node) : "";

  *choice = g_str_equal (text, yes);
  return *choice || g_str_equal (text, no) ? TRUE : malformed (error, key);
}

static ThruSessionDevice *
read_device (JsonObject *object,
             GError    **error)
{
  g_autoptr(ThruSessionDevice) device = thru_session_device_new ();

  if (!read_text (object, "id", THRU_SESSION_ID_MAX, &device->id, error) ||
      !read_text (object, "name", THRU_SESSION_NAME_MAX, &device->name, error) ||
      !read_address (object, &device->address, error) ||
      !read_choice (object, "direction", "source", "destination", &device->is_source, error))
    return NULL;

  device->online = read_boolean (object, "online", TRUE);
  if (!device->is_source && find_value (object, "open", G_TYPE_BOOLEAN) != NULL)
    device->open = read_boolean (object, "open", FALSE) ? THRU_SESSION_OPEN_YES : THRU_SESSION_OPEN_NO;
  return g_steal_pointer (&device);
}

static gboolean
read_ends (JsonObject       *object,
           ThruSessionRoute *route,
           GError          **error)
{
  JsonNode *node = json_object_get_member (object, "to");
  JsonObject *to;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return malformed (error, "to");

  to = json_node_get_object (node);
  return read_text (object, "from", THRU_SESSION_ID_MAX, &route->from_device, error) &&
         read_text (to, "room", THRU_SESSION_ID_MAX, &route->to_room, error) &&
         read_text (to, "device", THRU_SESSION_ID_MAX, &route->to_device, error) &&
         read_optional_text (to, "room-name", THRU_SESSION_NAME_MAX, &route->to_room_name, error) &&
         read_optional_text (to, "name", THRU_SESSION_NAME_MAX, &route->to_device_name, error);
}

static ThruSessionRoute *
read_route (JsonObject *object,
            GError    **error)
{
  g_autoptr(ThruSessionRoute) route = thru_session_route_new ();

  if (!read_ends (object, route, error) ||
      !read_text (object, "state", THRU_SESSION_NAME_MAX, &route->state, error) ||
      !read_optional_text (object, "reason", THRU_SESSION_REASON_MAX, &route->reason, error))
    return NULL;

  /* A later version may know more states: what we can not name is nothing to trust. */
  if (!thru_session_state_is_known (route->state))
    {
      g_free (route->state);
      route->state = g_strdup (THRU_SESSION_STATE_UNKNOWN);
    }

  return g_steal_pointer (&route);
}

static gboolean
read_activity (JsonObject          *object,
               ThruSessionActivity *activity,
               GError             **error)
{
  if (json_object_has_member (object, "address"))
    {
      if (!read_address (object, &activity->address, error))
        return FALSE;
    }
  else if (!read_number (object, "route", &activity->route, error))
    {
      return FALSE;
    }

  if (!read_number (object, "messages", &activity->messages, error) ||
      !read_number (object, "peak", &activity->peak, error) ||
      (json_object_has_member (object, "late") && !read_number (object, "late", &activity->late, error)))
    return FALSE;

  return activity->peak <= 127 ? TRUE : malformed (error, "peak");
}

static gboolean
read_entry (JsonObject         *object,
            ThruSessionMessage *message,
            GError            **error)
{
  ThruSessionActivity activity = { 0 };
  gpointer entry;

  if (message->type == THRU_SESSION_ACTIVITY)
    {
      if (!read_activity (object, &activity, error))
        return FALSE;

      g_array_append_val (message->activity, activity);
      return TRUE;
    }

  if (message->type == THRU_SESSION_DEVICES)
    {
      entry = read_device (object, error);
      if (entry != NULL)
        g_ptr_array_add (message->devices, entry);
      return entry != NULL;
    }

  entry = read_route (object, error);
  if (entry != NULL)
    g_ptr_array_add (message->routes, entry);
  return entry != NULL;
}

static gboolean
read_list (JsonObject         *object,
           ThruSessionMessage *message,
           GError            **error)
{
  const char *key = thru_session_type_to_string (message->type);
  JsonNode *node = json_object_get_member (object, key);
  guint max = message->type == THRU_SESSION_DEVICES ? THRU_SESSION_DEVICES_MAX : ENTRIES_MAX;
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return malformed (error, key);

  array = json_node_get_array (node);
  if (json_array_get_length (array) > max)
    return malformed (error, key);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (element))
        return malformed (error, key);

      if (!read_entry (json_node_get_object (element), message, error))
        return FALSE;
    }

  message->more = read_boolean (object, "more", FALSE);
  return TRUE;
}

static gboolean
read_hello (JsonObject         *object,
            ThruSessionMessage *message,
            GError            **error)
{
  if (!read_text (object, "id", THRU_SESSION_ID_MAX, &message->room_id, error) ||
      !read_text (object, "name", THRU_SESSION_NAME_MAX, &message->room_name, error) ||
      !read_optional_text (object, "program", THRU_SESSION_PROGRAM_MAX, &message->program, error) ||
      !read_optional_text (object, "run", THRU_SESSION_ID_MAX, &message->run, error))
    return FALSE;

  return (!json_object_has_member (object, "heartbeat") ||
          read_number (object, "heartbeat", &message->heartbeat_ms, error)) &&
         (!json_object_has_member (object, "sysex") ||
          read_number (object, "sysex", &message->sysex_max, error));
}

static gboolean
read_request (JsonObject         *object,
              ThruSessionMessage *message,
              GError            **error)
{
  if (!read_number (object, "request", &message->request, error) ||
      !read_choice (object, "action", "connect", "disconnect", &message->connect, error) ||
      !read_ends (object, message->route, error))
    return FALSE;

  if (message->connect && find_value (object, "muted", G_TYPE_BOOLEAN) != NULL)
    message->mute = read_boolean (object, "muted", FALSE) ? THRU_SESSION_MUTE_ON : THRU_SESSION_MUTE_OFF;
  message->anyway = read_boolean (object, "anyway", FALSE);
  return TRUE;
}

static gboolean
read_answer (JsonObject         *object,
             ThruSessionMessage *message,
             GError            **error)
{
  JsonNode *node = find_value (object, "ok", G_TYPE_BOOLEAN);

  if (node == NULL)
    return malformed (error, "ok");

  message->ok = json_node_get_boolean (node);
  return read_number (object, "request", &message->request, error) &&
         read_optional_text (object, "reason", THRU_SESSION_REASON_MAX, &message->reason, error);
}

static gboolean
read_sysex (JsonObject         *object,
            ThruSessionMessage *message,
            GError            **error)
{
  if (!read_address (object, &message->address, error) ||
      !read_text (object, "state", THRU_SESSION_NAME_MAX, &message->state, error) ||
      !read_number (object, "length", &message->length, error))
    return FALSE;

  return !json_object_has_member (object, "sent") || read_number (object, "sent", &message->sent, error);
}

static gboolean
read_members (JsonObject         *object,
              ThruSessionMessage *message,
              GError            **error)
{
  switch (message->type)
    {
    case THRU_SESSION_HELLO:
      return read_hello (object, message, error);

    case THRU_SESSION_DEVICES:
    case THRU_SESSION_ROUTES:
    case THRU_SESSION_ACTIVITY:
      return read_list (object, message, error);

    case THRU_SESSION_REQUEST:
      return read_request (object, message, error);

    case THRU_SESSION_ANSWER:
      return read_answer (object, message, error);

    case THRU_SESSION_SYSEX:
      return read_sysex (object, message, error);

    case THRU_SESSION_PING:
      return read_clock (object, "t1", CLOCK_MAX, &message->t1, error);

    case THRU_SESSION_PONG:
      return read_clock (object, "t1", CLOCK_MAX, &message->t1, error) &&
             read_clock (object, "t2", CLOCK_MAX, &message->t2, error);

    case THRU_SESSION_BYE:
      return read_text (object, "code", THRU_SESSION_CODE_MAX, &message->code, error) &&
             read_optional_text (object, "reason", THRU_SESSION_REASON_MAX, &message->reason, error);

    default:
      return FALSE;
    }
}

static ThruSessionMessage *
read_message (JsonObject *object,
              GError    **error)
{
  g_autoptr(ThruSessionMessage) message = NULL;
  JsonNode *node = find_value (object, "type", G_TYPE_STRING);
  ThruSessionType type;

  if (node == NULL)
    {
      malformed (error, "type");
      return NULL;
    }

  if (!thru_session_type_from_string (json_node_get_string (node), &type))
    {
      g_set_error_literal (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_UNKNOWN, "unknown type of message");
      return NULL;
    }

  message = thru_session_message_new (type);
  return read_members (object, message, error) ? g_steal_pointer (&message) : NULL;
}

ThruSessionMessage *
thru_session_message_decode (const char *json,
                             gsize       length,
                             GError    **error)
{
  g_autoptr(JsonParser) parser = NULL;
  JsonNode *root;

  g_return_val_if_fail (json != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (length == 0 || length > THRU_DMIDI_PAYLOAD_MAX || !thru_json_check (json, length))
    {
      g_set_error_literal (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_MALFORMED, "not JSON as we take it");
      return NULL;
    }

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, json, (gssize)length, NULL) ||
      (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_MALFORMED, "not a JSON object");
      return NULL;
    }

  return read_message (json_node_get_object (root), error);
}
