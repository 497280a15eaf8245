/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-status.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder,
            const char  *name,
            gint64       number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

typedef void (*AddItem) (JsonBuilder *builder,
                         gpointer     item);

/* An array of objects, whose members @add_item adds. */
static void
add_list (JsonBuilder *builder,
          const char  *name,
          GListModel  *list,
          AddItem      add_item)
{
  guint n = g_list_model_get_n_items (list);

  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GObject) item = g_list_model_get_item (list, i);

      json_builder_begin_object (builder);
      add_item (builder, item);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_device (JsonBuilder *builder,
            gpointer     item)
{
  ThruDevice *device = item;

  add_text (builder, "name", thru_device_get_name (device));
  add_text (builder, "direction", thru_device_is_source (device) ? "source" : "destination");
  json_builder_set_member_name (builder, "online");
  json_builder_add_boolean_value (builder, thru_device_get_online (device));
}

static void
add_room (JsonBuilder *builder,
          gpointer     item)
{
  ThruRoom *room = item;

  add_text (builder, "id", thru_room_get_id (room));
  add_text (builder, "name", thru_room_get_name (room));
  add_text (builder, "address", thru_room_get_address (room));
  add_text (builder, "state", thru_room_state_to_string (thru_room_get_state (room)));
  add_text (builder, "reason", thru_room_get_reason (room));
  add_list (builder, "devices", thru_room_get_devices (room), add_device);
}

static void
add_route (JsonBuilder *builder,
           gpointer     item)
{
  ThruRoute *route = item;
  g_autofree char *from = g_strdup_printf ("%s/%s", thru_route_get_from_room_name (route), thru_route_get_from_name (route));
  g_autofree char *to = g_strdup_printf ("%s/%s", thru_route_get_to_room_name (route), thru_route_get_to_name (route));
  ThruMeterSample sample;

  thru_meter_peek (thru_route_get_meter (route), &sample);
  add_text (builder, "from", from);
  add_text (builder, "to", to);
  add_text (builder, "state", thru_route_state_to_string (thru_route_get_state (route)));
  add_text (builder, "reason", thru_route_get_reason (route));
  add_number (builder, "messages", sample.messages);
  add_number (builder, "late", sample.late);
  add_number (builder, "lost", sample.lost);
}

static void
add_transfer (JsonBuilder *builder,
              gpointer     item)
{
  ThruTransfer *transfer = item;
  ThruDevice *device = thru_transfer_get_device (transfer);
  ThruRoom *room = thru_device_get_room (device);
  g_autofree char *to = g_strdup_printf ("%s/%s", room != NULL ? thru_room_get_name (room) : "", thru_device_get_name (device));

  add_text (builder, "to", to);
  add_number (builder, "length", thru_transfer_get_length (transfer));
  add_number (builder, "sent", thru_transfer_get_sent (transfer));
}

static void
add_problem (JsonBuilder *builder,
             gpointer     item)
{
  ThruProblem *problem = item;

  add_text (builder, "title", thru_problem_get_title (problem));
  add_text (builder, "detail", thru_problem_get_detail (problem));
  add_text (builder, "command", thru_problem_get_command (problem));
}

static void
add_question (JsonBuilder *builder,
              gpointer     item)
{
  ThruQuestion *question = item;
  const char *const *answers = thru_question_get_answers (question);

  add_text (builder, "title", thru_question_get_title (question));
  add_text (builder, "detail", thru_question_get_detail (question));
  json_builder_set_member_name (builder, "answers");
  json_builder_begin_array (builder);
  for (guint i = 0; answers[i] != NULL; i++)
    json_builder_add_string_value (builder, answers[i]);
  json_builder_end_array (builder);
}

char *
thru_status_to_json (ThruStudio *studio)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = NULL;
  ThruRoom *own_room;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  own_room = thru_studio_get_own_room (studio);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "room");
  json_builder_begin_object (builder);
  add_text (builder, "id", thru_room_get_id (own_room));
  add_text (builder, "name", thru_room_get_name (own_room));
  add_number (builder, "port", thru_studio_get_port (studio));
  add_number (builder, "late-limit", thru_studio_get_late_limit (studio));
  json_builder_end_object (builder);
  add_list (builder, "rooms", thru_studio_get_rooms (studio), add_room);
  add_list (builder, "routes", thru_studio_get_routes (studio), add_route);
  add_list (builder, "transfers", thru_studio_get_transfers (studio), add_transfer);
  add_list (builder, "problems", thru_studio_get_problems (studio), add_problem);
  add_list (builder, "questions", thru_studio_get_questions (studio), add_question);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

static const char *
get_text (JsonReader *reader,
          const char *name)
{
  const char *text = NULL;

  if (json_reader_read_member (reader, name) && !json_reader_get_null_value (reader))
    text = json_reader_get_string_value (reader);
  json_reader_end_member (reader);
  return text != NULL ? text : "";
}

static gint64
get_number (JsonReader *reader,
            const char *name)
{
  gint64 number = 0;

  if (json_reader_read_member (reader, name))
    number = json_reader_get_int_value (reader);
  json_reader_end_member (reader);
  return number;
}

static gboolean
is_online (JsonReader *reader)
{
  gboolean online = FALSE;

  if (json_reader_read_member (reader, "online"))
    online = json_reader_get_boolean_value (reader);
  json_reader_end_member (reader);
  return online;
}

/* @text in a column of @width. Returns: (transfer full). */
static char *
pad (const char *text,
     glong       width)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *spaces = g_strnfill (length < width ? (gsize) (width - length) : 0, ' ');

  return g_strconcat (text, spaces, NULL);
}

/* The state of a room or route as a person reads it. */
static const char *
translate_state (const char *state)
{
  if (g_str_equal (state, "here"))
    return _("this room");
  if (g_str_equal (state, "connected"))
    return _("connected");
  if (g_str_equal (state, "connecting"))
    return _("connecting");
  if (g_str_equal (state, "waiting"))
    return _("waiting");
  if (g_str_equal (state, "muted"))
    return _("muted");
  return _("problem");
}

/* Ends a line whose last columns may be empty. */
static void
end_line (GString *text)
{
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

typedef void (*PrintItem) (JsonReader *reader,
                           GString    *text);

/* The items of a list, each by @print_item. @heading: (nullable): above them, if there are any. */
static void
print_list (JsonReader *reader,
            GString    *text,
            const char *name,
            const char *heading,
            PrintItem   print_item)
{
  int n = json_reader_read_member (reader, name) && json_reader_is_array (reader) ? json_reader_count_elements (reader) : 0;

  if (n > 0 && heading != NULL)
    g_string_append_printf (text, "\n%s\n", heading);
  for (int i = 0; i < n; i++)
    {
      json_reader_read_element (reader, (guint) i);
      print_item (reader, text);
      json_reader_end_element (reader);
    }
  json_reader_end_member (reader);
}

static void
print_device (JsonReader *reader,
              GString    *text)
{
  const char *direction = g_str_equal (get_text (reader, "direction"), "source") ? _("in ") : _("out");

  g_string_append_printf (text, "    %s %s%s\n", direction, get_text (reader, "name"),
                          is_online (reader) ? "" : _(" (not here)"));
}

static void
print_room (JsonReader *reader,
            GString    *text)
{
  g_autofree char *name = pad (get_text (reader, "name"), 24);

  g_string_append_printf (text, "%s %-12s %s %s", name, translate_state (get_text (reader, "state")),
                          get_text (reader, "address"), get_text (reader, "reason"));
  end_line (text);
  print_list (reader, text, "devices", NULL, print_device);
}

static void
print_route (JsonReader *reader,
             GString    *text)
{
  g_autofree char *from = pad (get_text (reader, "from"), 32);
  g_autofree char *to = pad (get_text (reader, "to"), 32);
  guint late = (guint) get_number (reader, "late");

  g_string_append_printf (text, "  %s → %s %-12s %8" G_GINT64_FORMAT " %s", from, to,
                          translate_state (get_text (reader, "state")), get_number (reader, "messages"),
                          get_text (reader, "reason"));
  end_line (text);
  if (late == 0)
    return;

  g_string_append (text, "    ");
  g_string_append_printf (text, ngettext ("%u note came too late and was not played.",
                                          "%u notes came too late and were not played.", late), late);
  g_string_append_c (text, '\n');
}

static void
print_transfer (JsonReader *reader,
                GString    *text)
{
  gint64 length = MAX (get_number (reader, "length"), 1);
  g_autofree char *size = g_format_size ((guint64) length);

  /* Translators: a device, how much of a message it has got, how long the message is: "Live room/TX7: 41 % of 65.5 kB" */
  g_string_append_printf (text, _("  %1$s: %2$d %% of %3$s\n"), get_text (reader, "to"),
                          (int) (get_number (reader, "sent") * 100 / length), size);
}

static void
print_problem (JsonReader *reader,
               GString    *text)
{
  const char *command = get_text (reader, "command");

  g_string_append_printf (text, "  %s: %s\n", get_text (reader, "title"), get_text (reader, "detail"));
  if (command[0] != '\0')
    g_string_append_printf (text, "    %s\n", command);
}

static void
print_answer (JsonReader *reader,
              GString    *text)
{
  g_string_append_printf (text, "    – %s\n", json_reader_get_string_value (reader));
}

static void
print_question (JsonReader *reader,
                GString    *text)
{
  g_string_append_printf (text, "  %s %s", get_text (reader, "title"), get_text (reader, "detail"));
  end_line (text);
  print_list (reader, text, "answers", NULL, print_answer);
}

char *
thru_status_to_text (const char *json,
                     GError    **error)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(JsonReader) reader = NULL;
  GString *text;

  g_return_val_if_fail (json != NULL, NULL);

  if (!json_parser_load_from_data (parser, json, -1, error))
    return NULL;

  reader = json_reader_new (json_parser_get_root (parser));
  text = g_string_new (NULL);
  if (json_reader_read_member (reader, "room"))
    g_string_append_printf (text, _("%s, port %d\n"), get_text (reader, "name"), (int) get_number (reader, "port"));
  json_reader_end_member (reader);
  g_string_append_c (text, '\n');
  print_list (reader, text, "rooms", NULL, print_room);
  print_list (reader, text, "routes", _("Routes"), print_route);
  print_list (reader, text, "transfers", _("System Exclusive messages being sent"), print_transfer);
  print_list (reader, text, "problems", _("Problems"), print_problem);
  print_list (reader, text, "questions", _("Questions"), print_question);
  return g_string_free (text, FALSE);
}
