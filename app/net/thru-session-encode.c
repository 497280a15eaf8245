/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-dmidi-frame.h"
#include "thru-session-message.h"
#include "thru-session-names.h"

#include <json-glib/json-glib.h>

static void
add_text (JsonBuilder *builder,
          const char  *key,
          const char  *text,
          gsize        max)
{
  g_autofree char *clean = thru_session_clean_text (text != NULL ? text : "", -1, max);

  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, clean);
}

static void
add_text_unless_empty (JsonBuilder *builder,
                       const char  *key,
                       const char  *text,
                       gsize        max)
{
  if (text != NULL && *text != '\0')
    add_text (builder, key, text, max);
}

static void
add_number (JsonBuilder *builder,
            const char  *key,
            guint64      number)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, (gint64)MIN (number, (guint64)G_MAXINT64));
}

static void
add_boolean (JsonBuilder *builder,
             const char  *key,
             gboolean     value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
add_address (JsonBuilder *builder,
             guint32      address)
{
  char text[12];

  thru_dmidi_address_format (address, text);
  json_builder_set_member_name (builder, "address");
  json_builder_add_string_value (builder, text);
}

static void
add_device (JsonBuilder             *builder,
            const ThruSessionDevice *device)
{
  json_builder_begin_object (builder);
  add_text (builder, "id", device->id, THRU_SESSION_ID_MAX);
  add_text (builder, "name", device->name, THRU_SESSION_NAME_MAX);
  add_address (builder, device->address);
  add_text (builder, "direction", device->is_source ? "source" : "destination", THRU_SESSION_NAME_MAX);
  add_boolean (builder, "online", device->online);
  if (device->open != THRU_SESSION_OPEN_UNTOLD)
    add_boolean (builder, "open", device->open == THRU_SESSION_OPEN_YES);
  json_builder_end_object (builder);
}

/* "from" and "to", as routes and requests have them. */
static void
add_ends (JsonBuilder            *builder,
          const ThruSessionRoute *route)
{
  add_text (builder, "from", route->from_device, THRU_SESSION_ID_MAX);
  json_builder_set_member_name (builder, "to");
  json_builder_begin_object (builder);
  add_text (builder, "room", route->to_room, THRU_SESSION_ID_MAX);
  add_text (builder, "device", route->to_device, THRU_SESSION_ID_MAX);
  add_text_unless_empty (builder, "room-name", route->to_room_name, THRU_SESSION_NAME_MAX);
  add_text_unless_empty (builder, "name", route->to_device_name, THRU_SESSION_NAME_MAX);
  json_builder_end_object (builder);
}

static void
add_route (JsonBuilder            *builder,
           const ThruSessionRoute *route)
{
  json_builder_begin_object (builder);
  add_ends (builder, route);
  add_text (builder, "state", route->state, THRU_SESSION_NAME_MAX);
  add_text_unless_empty (builder, "reason", route->reason, THRU_SESSION_REASON_MAX);
  json_builder_end_object (builder);
}

static void
add_activity (JsonBuilder               *builder,
              const ThruSessionActivity *activity)
{
  json_builder_begin_object (builder);
  if (activity->address != 0)
    add_address (builder, activity->address);
  else
    add_number (builder, "route", activity->route);
  add_number (builder, "messages", activity->messages);
  add_number (builder, "peak", activity->peak);
  if (activity->late > 0)
    add_number (builder, "late", activity->late);
  json_builder_end_object (builder);
}

static guint
list_length (const ThruSessionMessage *message)
{
  switch (message->type)
    {
    case THRU_SESSION_DEVICES:
      return message->devices->len;

    case THRU_SESSION_ROUTES:
      return message->routes->len;

    case THRU_SESSION_ACTIVITY:
      return message->activity->len;

    case THRU_SESSION_HELLO:
    case THRU_SESSION_REQUEST:
    case THRU_SESSION_ANSWER:
    case THRU_SESSION_SYSEX:
    case THRU_SESSION_PING:
    case THRU_SESSION_PONG:
    case THRU_SESSION_BYE:
    default:
      return 0;
    }
}

static void
add_list (JsonBuilder              *builder,
          const ThruSessionMessage *message,
          guint                     first,
          guint                     end)
{
  json_builder_set_member_name (builder, thru_session_type_to_string (message->type));
  json_builder_begin_array (builder);
  for (guint i = first; i < end; i++)
    {
      if (message->type == THRU_SESSION_DEVICES)
        add_device (builder, g_ptr_array_index (message->devices, i));
      else if (message->type == THRU_SESSION_ROUTES)
        add_route (builder, g_ptr_array_index (message->routes, i));
      else
        add_activity (builder, &g_array_index (message->activity, ThruSessionActivity, i));
    }
  json_builder_end_array (builder);

  if (message->more || end < list_length (message))
    add_boolean (builder, "more", TRUE);
}

static void
add_hello (JsonBuilder              *builder,
           const ThruSessionMessage *message)
{
  add_text (builder, "id", message->room_id, THRU_SESSION_ID_MAX);
  add_text (builder, "name", message->room_name, THRU_SESSION_NAME_MAX);
  add_text_unless_empty (builder, "program", message->program, THRU_SESSION_PROGRAM_MAX);
  add_text_unless_empty (builder, "run", message->run, THRU_SESSION_ID_MAX);
  add_number (builder, "heartbeat", message->heartbeat_ms);
  if (message->sysex_max > 0)
    add_number (builder, "sysex", message->sysex_max);
}

static void
add_request (JsonBuilder              *builder,
             const ThruSessionMessage *message)
{
  add_number (builder, "request", message->request);
  add_text (builder, "action", message->connect ? "connect" : "disconnect", THRU_SESSION_NAME_MAX);
  add_ends (builder, message->route);
  if (message->mute != THRU_SESSION_MUTE_KEEP)
    add_boolean (builder, "muted", message->mute == THRU_SESSION_MUTE_ON);
  if (message->anyway)
    add_boolean (builder, "anyway", TRUE);
}

static void
add_members (JsonBuilder              *builder,
             const ThruSessionMessage *message,
             guint                     first,
             guint                     end)
{
  switch (message->type)
    {
    case THRU_SESSION_HELLO:
      add_hello (builder, message);
      break;

    case THRU_SESSION_DEVICES:
    case THRU_SESSION_ROUTES:
    case THRU_SESSION_ACTIVITY:
      add_list (builder, message, first, end);
      break;

    case THRU_SESSION_REQUEST:
      add_request (builder, message);
      break;

    case THRU_SESSION_ANSWER:
      add_number (builder, "request", message->request);
      add_boolean (builder, "ok", message->ok);
      add_text_unless_empty (builder, "reason", message->reason, THRU_SESSION_REASON_MAX);
      break;

    case THRU_SESSION_SYSEX:
      add_address (builder, message->address);
      add_text (builder, "state", message->state, THRU_SESSION_NAME_MAX);
      add_number (builder, "length", message->length);
      add_number (builder, "sent", message->sent);
      break;

    case THRU_SESSION_PING:
    case THRU_SESSION_PONG:
      add_number (builder, "t1", message->t1);
      if (message->type == THRU_SESSION_PONG)
        add_number (builder, "t2", message->t2);
      break;

    case THRU_SESSION_BYE:
      add_text (builder, "code", message->code, THRU_SESSION_CODE_MAX);
      add_text_unless_empty (builder, "reason", message->reason, THRU_SESSION_REASON_MAX);
      break;

    default:
      break;
    }
}

/* @first, @end: which part of a list. */
static char *
encode_part (const ThruSessionMessage *message,
             guint                     first,
             guint                     end,
             gsize                    *length)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, thru_session_type_to_string (message->type));
  add_members (builder, message, first, end);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, length);
}

char *
thru_session_message_encode (const ThruSessionMessage *message,
                             gsize                    *length)
{
  g_return_val_if_fail (message != NULL, NULL);
  g_return_val_if_fail (length != NULL, NULL);

  return encode_part (message, 0, list_length (message), length);
}

static void
encode_parts (const ThruSessionMessage *message,
              guint                     first,
              guint                     end,
              GPtrArray                *parts)
{
  g_autofree char *text = NULL;
  gsize length;

  text = encode_part (message, first, end, &length);

  if (length > THRU_DMIDI_PAYLOAD_MAX && end - first > 1)
    {
      guint middle = first + (end - first) / 2;

      encode_parts (message, first, middle, parts);
      encode_parts (message, middle, end, parts);
      return;
    }

  g_return_if_fail (length <= THRU_DMIDI_PAYLOAD_MAX);
  g_ptr_array_add (parts, g_bytes_new_take (g_steal_pointer (&text), length));
}

GPtrArray *
thru_session_message_encode_parts (const ThruSessionMessage *message)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  guint n;
  guint first = 0;

  g_return_val_if_fail (message != NULL, NULL);

  n = list_length (message);
  do
    {
      guint end = MIN (n, first + THRU_SESSION_LIST_PART);

      encode_parts (message, first, end, parts);
      first = end;
    }
  while (first < n);

  return g_steal_pointer (&parts);
}
