/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-frame.h"
#include "thru-session-message.h"

#include <string.h>

static ThruSessionMessage *
send_and_receive (ThruSessionMessage *message)
{
  g_autofree char *json = NULL;
  g_autoptr(GError) error = NULL;
  ThruSessionMessage *received;
  gsize length;

  json = thru_session_message_encode (message, &length);
  received = thru_session_message_decode (json, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (received->type, ==, message->type);
  return received;
}

static void
assert_refused (const char *json,
                gssize      length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ThruSessionMessage) message = NULL;

  message = thru_session_message_decode (json, length < 0 ? strlen (json) : (gsize)length, &error);
  g_assert_error (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_MALFORMED);
  g_assert_null (message);
}

static ThruSessionRoute *
make_route (void)
{
  ThruSessionRoute *route = thru_session_route_new ();

  route->from_device = g_strdup ("keys");
  route->to_room = g_strdup ("room-b");
  route->to_device = g_strdup ("synth");
  route->to_room_name = g_strdup ("Live room");
  route->to_device_name = g_strdup ("TX7 \"left\"");
  route->state = g_strdup ("waiting");
  route->reason = g_strdup ("Live room is not reachable.");
  return route;
}

static void
test_hello (void)
{
  g_autoptr(ThruSessionMessage) hello = thru_session_message_new (THRU_SESSION_HELLO);
  g_autoptr(ThruSessionMessage) received = NULL;

  hello->room_id = g_strdup ("4f1c");
  hello->room_name = g_strdup ("Köln \\ 録音室");
  hello->program = g_strdup ("Thruwall 0.1.0");
  hello->heartbeat_ms = 250;
  received = send_and_receive (hello);

  g_assert_cmpstr (received->room_id, ==, "4f1c");
  g_assert_cmpstr (received->room_name, ==, "Köln \\ 録音室");
  g_assert_cmpstr (received->program, ==, "Thruwall 0.1.0");
  g_assert_cmpuint (received->heartbeat_ms, ==, 250);
}

static void
test_devices (void)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_DEVICES);
  g_autoptr(ThruSessionMessage) received = NULL;
  ThruSessionDevice *device = thru_session_device_new ();

  device->id = g_strdup ("keys");
  device->name = g_strdup ("Keystation 88");
  device->address = 0x80000001;
  device->is_source = TRUE;
  device->online = TRUE;
  g_ptr_array_add (message->devices, device);
  message->more = TRUE;
  received = send_and_receive (message);

  g_assert_cmpuint (received->devices->len, ==, 1);
  g_assert_true (received->more);
  device = g_ptr_array_index (received->devices, 0);
  g_assert_cmpstr (device->id, ==, "keys");
  g_assert_cmpstr (device->name, ==, "Keystation 88");
  g_assert_cmphex (device->address, ==, 0x80000001);
  g_assert_true (device->is_source);
  g_assert_true (device->online);
}

static void
test_open (void)
{
  static const ThruSessionOpen told[] = { THRU_SESSION_OPEN_UNTOLD, THRU_SESSION_OPEN_NO, THRU_SESSION_OPEN_YES };
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_DEVICES);
  g_autoptr(ThruSessionMessage) received = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      ThruSessionDevice *device = thru_session_device_new ();

      device->id = g_strdup_printf ("synth %u", i);
      device->name = g_strdup ("Synth");
      device->address = 0x80000001 + i;
      device->open = told[i];
      g_ptr_array_add (message->devices, device);
    }
  received = send_and_receive (message);

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    g_assert_cmpint (((ThruSessionDevice *)g_ptr_array_index (received->devices, i))->open, ==, told[i]);
}

static void
test_routes (void)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ROUTES);
  g_autoptr(ThruSessionMessage) received = NULL;
  ThruSessionRoute *route;

  g_ptr_array_add (message->routes, make_route ());
  received = send_and_receive (message);

  g_assert_cmpuint (received->routes->len, ==, 1);
  g_assert_false (received->more);
  route = g_ptr_array_index (received->routes, 0);
  g_assert_cmpstr (route->from_device, ==, "keys");
  g_assert_cmpstr (route->to_room, ==, "room-b");
  g_assert_cmpstr (route->to_device, ==, "synth");
  g_assert_cmpstr (route->to_room_name, ==, "Live room");
  g_assert_cmpstr (route->to_device_name, ==, "TX7 \"left\"");
  g_assert_cmpstr (route->state, ==, "waiting");
  g_assert_cmpstr (route->reason, ==, "Live room is not reachable.");
}

static void
test_request_and_answer (void)
{
  g_autoptr(ThruSessionMessage) request = thru_session_message_new (THRU_SESSION_REQUEST);
  g_autoptr(ThruSessionMessage) answer = thru_session_message_new (THRU_SESSION_ANSWER);
  g_autoptr(ThruSessionMessage) asked = NULL;
  g_autoptr(ThruSessionMessage) answered = NULL;

  thru_session_route_free (request->route);
  request->route = make_route ();
  request->request = 4000000000u;
  request->connect = TRUE;
  asked = send_and_receive (request);
  g_assert_cmpuint (asked->request, ==, 4000000000u);
  g_assert_true (asked->connect);
  g_assert_cmpstr (asked->route->from_device, ==, "keys");
  g_assert_cmpstr (asked->route->to_device, ==, "synth");

  answer->request = 4000000000u;
  answer->reason = g_strdup ("There is no such device.");
  answered = send_and_receive (answer);
  g_assert_cmpuint (answered->request, ==, 4000000000u);
  g_assert_false (answered->ok);
  g_assert_cmpstr (answered->reason, ==, "There is no such device.");
}

static void
test_activity (void)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ACTIVITY);
  g_autoptr(ThruSessionMessage) received = NULL;
  ThruSessionActivity device = { .address = 0x80000002, .messages = 7, .peak = 127, .late = 2 };
  ThruSessionActivity route = { .route = 3, .messages = 1, .peak = 1 };

  g_array_append_val (message->activity, device);
  g_array_append_val (message->activity, route);
  received = send_and_receive (message);

  g_assert_cmpuint (received->activity->len, ==, 2);
  g_assert_cmpmem (received->activity->data, 2 * sizeof device, message->activity->data, 2 * sizeof device);
}

static void
test_ping_and_bye (void)
{
  g_autoptr(ThruSessionMessage) pong = thru_session_message_new (THRU_SESSION_PONG);
  g_autoptr(ThruSessionMessage) bye = thru_session_message_new (THRU_SESSION_BYE);
  g_autoptr(ThruSessionMessage) ponged = NULL;
  g_autoptr(ThruSessionMessage) left = NULL;

  pong->t1 = 123456789012345;
  pong->t2 = 1;
  ponged = send_and_receive (pong);
  g_assert_cmpuint (ponged->t1, ==, 123456789012345);
  g_assert_cmpuint (ponged->t2, ==, 1);

  bye->code = g_strdup ("refused");
  bye->reason = g_strdup ("Not now.");
  left = send_and_receive (bye);
  g_assert_cmpstr (left->code, ==, "refused");
  g_assert_cmpstr (left->reason, ==, "Not now.");
}

static void
test_unknown_type (void)
{
  const char *json = "{\"type\":\"weather\",\"rain\":[1,2]}";
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_session_message_decode (json, strlen (json), &error));
  g_assert_error (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_UNKNOWN);
}

static void
test_unknown_keys (void)
{
  const char *json = "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\",\"colour\":{\"deep\":[null,1.5e3]},\"heartbeat\":0}";
  g_autoptr(ThruSessionMessage) message = NULL;

  message = thru_session_message_decode (json, strlen (json), NULL);
  g_assert_nonnull (message);
  g_assert_cmpstr (message->room_name, ==, "b");
}

static void
test_malformed (void)
{
  static const char *const texts[] = {
    "", " ", "{", "}", "[]", "1", "\"hello\"", "{}", "{\"type\":1}", "{\"type\":\"hello\"}", "{\"type\":null}",
    "{\"type\":\"hello\",\"id\":\"\",\"name\":\"b\"}",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":7}",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\",\"heartbeat\":-1}",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\",\"heartbeat\":1.5}",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\",\"heartbeat\":0x10}",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\"} // comment",
    "{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\"}}",
    "{'type':'hello','id':'a','name':'b'}",
    "var x = {\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\"};",
    "{\"type\":\"devices\"}", "{\"type\":\"devices\",\"devices\":{}}", "{\"type\":\"devices\",\"devices\":[1]}",
    "{\"type\":\"devices\",\"devices\":[{\"id\":\"a\",\"name\":\"b\",\"address\":\"00:00:00:00\",\"direction\":\"source\"}]}",
    "{\"type\":\"devices\",\"devices\":[{\"id\":\"a\",\"name\":\"b\",\"address\":\"ff:ff:ff:ff\",\"direction\":\"source\"}]}",
    "{\"type\":\"devices\",\"devices\":[{\"id\":\"a\",\"name\":\"b\",\"address\":\"80:00:00:01\",\"direction\":\"up\"}]}",
    "{\"type\":\"routes\",\"routes\":[{\"from\":\"a\",\"to\":\"b\",\"state\":\"connected\"}]}",
    "{\"type\":\"request\",\"request\":4294967296,\"action\":\"connect\",\"from\":\"a\",\"to\":{\"room\":\"b\",\"device\":\"c\"}}",
    "{\"type\":\"request\",\"request\":1,\"action\":\"burn\",\"from\":\"a\",\"to\":{\"room\":\"b\",\"device\":\"c\"}}",
    "{\"type\":\"answer\",\"request\":1,\"ok\":1}",
    "{\"type\":\"activity\",\"activity\":[{\"route\":0,\"messages\":1,\"peak\":128}]}",
    "{\"type\":\"activity\",\"activity\":[{\"messages\":1,\"peak\":1}]}",
    "{\"type\":\"activity\",\"activity\":[{\"address\":\"00:00:00:00\",\"messages\":1,\"peak\":1}]}",
    "{\"type\":\"sysex\"}", "{\"type\":\"sysex\",\"address\":\"80:00:00:01\",\"state\":\"sending\"}",
    "{\"type\":\"sysex\",\"address\":\"80:00:00:01\",\"state\":\"sending\",\"length\":9,\"sent\":-1}",
    "{\"type\":\"activity\",\"activity\":[{\"route\":0,\"messages\":1,\"peak\":1,\"late\":-1}]}",
    "{\"type\":\"ping\",\"t1\":99999999999999999999999}", "{\"type\":\"ping\",\"t1\":\"1\"}",
    "{\"type\":\"bye\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], -1);
}

static void
test_bad_text (void)
{
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\xff\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"\\ud800\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"\\udc00\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"\\ud800\\u0041\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"\\u0000\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"\\x41\"}", -1);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\0\"}", 38);
  assert_refused ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"line\nbreak\"}", -1);
}

static void
test_deep (void)
{
  g_autoptr(GString) json = g_string_new ("{\"type\":\"hello\",\"id\":\"a\",\"name\":\"b\",\"x\":");

  for (guint i = 0; i < 4000; i++)
    g_string_append_c (json, '[');
  for (guint i = 0; i < 4000; i++)
    g_string_append_c (json, ']');
  g_string_append_c (json, '}');
  assert_refused (json->str, (gssize)json->len);
}

static void
test_too_long (void)
{
  g_autofree char *blank = g_strnfill (THRU_DMIDI_PAYLOAD_MAX, ' ');
  g_autofree char *json = g_strconcat ("{\"type\":\"ping\",\"t1\":1}", blank, NULL);

  assert_refused (json, -1);
}

static void
test_too_many (void)
{
  g_autoptr(GString) json = g_string_new ("{\"type\":\"devices\",\"devices\":[{}");

  for (guint i = 0; i < THRU_SESSION_DEVICES_MAX; i++)
    g_string_append (json, ",{}");
  g_string_append (json, "]}");
  assert_refused (json->str, (gssize)json->len);
}

static void
test_unknown_state (void)
{
  const char *json = "{\"type\":\"routes\",\"routes\":[{\"from\":\"a\",\"to\":{\"room\":\"b\",\"device\":\"c\"},\"state\":\"dreaming\"}]}";
  g_autoptr(ThruSessionMessage) message = thru_session_message_decode (json, strlen (json), NULL);
  ThruSessionRoute *route;

  g_assert_nonnull (message);
  route = g_ptr_array_index (message->routes, 0);
  g_assert_cmpstr (route->state, ==, "problem");
}

static void
test_long_list_is_cut (void)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ROUTES);
  g_autoptr(GPtrArray) parts = NULL;
  guint n = 0;

  for (guint i = 0; i < 200; i++)
    {
      ThruSessionRoute *route = make_route ();

      g_free (route->reason);
      route->reason = g_strnfill (THRU_SESSION_REASON_MAX, '"');
      g_free (route->to_device);
      route->to_device = g_strnfill (THRU_SESSION_ID_MAX, '\\');
      g_ptr_array_add (message->routes, route);
    }

  parts = thru_session_message_encode_parts (message);
  for (guint i = 0; i < parts->len; i++)
    {
      gsize length;
      const char *json = g_bytes_get_data (g_ptr_array_index (parts, i), &length);
      g_autoptr(ThruSessionMessage) part = thru_session_message_decode (json, length, NULL);

      g_assert_nonnull (part);
      g_assert_cmpint (part->more, ==, i + 1 < parts->len);
      n += part->routes->len;
    }
  g_assert_cmpuint (n, ==, 200);
}

static void
test_empty_list (void)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_DEVICES);
  g_autoptr(GPtrArray) parts = thru_session_message_encode_parts (message);

  g_assert_cmpuint (parts->len, ==, 1);
}

static void
test_clean_text (void)
{
  static const struct { const char *text; gsize max; const char *clean; } cases[] = {
    { "Live room", 63, "Live room" },
    { "a\x01" "b\nc\x7f", 63, "abc" },
    { "evil\xe2\x80\xae" "txt", 63, "eviltxt" },
    { "\xe2\x81\xa6x\xe2\x81\xa9\xe2\x80\xa8", 63, "x" },
    { "a\xff" "b", 63, "a\xef\xbf\xbd" "b" },
    { "éé", 3, "é" },
    { "abcdef", 3, "abc" },
    { "", 63, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = thru_session_clean_text (cases[i].text, -1, cases[i].max);

      g_assert_cmpstr (clean, ==, cases[i].clean);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/session/hello-survives-the-wire", test_hello);
  g_test_add_func ("/net/session/devices-survive-the-wire", test_devices);
  g_test_add_func ("/net/session/devices-that-are-open-survive-the-wire", test_open);
  g_test_add_func ("/net/session/routes-survive-the-wire", test_routes);
  g_test_add_func ("/net/session/request-and-answer-survive-the-wire", test_request_and_answer);
  g_test_add_func ("/net/session/activity-survives-the-wire", test_activity);
  g_test_add_func ("/net/session/pong-and-bye-survive-the-wire", test_ping_and_bye);
  g_test_add_func ("/net/session/unknown-type-is-told-apart", test_unknown_type);
  g_test_add_func ("/net/session/unknown-keys-are-skipped", test_unknown_keys);
  g_test_add_func ("/net/session/malformed-is-refused", test_malformed);
  g_test_add_func ("/net/session/bad-text-is-refused", test_bad_text);
  g_test_add_func ("/net/session/deep-nesting-is-refused", test_deep);
  g_test_add_func ("/net/session/too-long-is-refused", test_too_long);
  g_test_add_func ("/net/session/too-many-devices-are-refused", test_too_many);
  g_test_add_func ("/net/session/unknown-state-is-a-problem", test_unknown_state);
  g_test_add_func ("/net/session/long-list-is-cut-to-frames", test_long_list_is_cut);
  g_test_add_func ("/net/session/empty-list-is-one-message", test_empty_list);
  g_test_add_func ("/net/session/text-from-strangers-is-cleaned", test_clean_text);

  return g_test_run ();
}
