/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-address-policy.h"
#include "thru-address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

struct _ThruAddressPolicy
{
  GPtrArray *networks; /* (element-type GInetAddressMask) */
};

ThruAddressPolicy *
thru_address_policy_new (void)
{
  ThruAddressPolicy *policy = g_new0 (ThruAddressPolicy, 1);

  policy->networks = g_ptr_array_new_with_free_func (g_object_unref);
  return policy;
}

void
thru_address_policy_free (ThruAddressPolicy *policy)
{
  if (policy == NULL)
    return;

  g_ptr_array_unref (policy->networks);
  g_free (policy);
}

void
thru_address_policy_add (ThruAddressPolicy *policy,
                         GInetAddress      *network,
                         guint              bits)
{
  g_autofree guint8 *bytes = NULL;
  g_autoptr(GInetAddress) base = NULL;
  gsize size;

  g_return_if_fail (policy != NULL);
  g_return_if_fail (G_IS_INET_ADDRESS (network));

  size = g_inet_address_get_native_size (network);
  if (bits == 0 || bits > size * 8)
    return;

  /* A mask must have no bits set behind its prefix. */
  bytes = g_memdup2 (g_inet_address_to_bytes (network), size);
  for (guint i = bits; i < size * 8; i++)
    bytes[i / 8] &= (guint8) ~(0x80u >> (i % 8));

  base = g_inet_address_new_from_bytes (bytes, g_inet_address_get_family (network));
  g_ptr_array_add (policy->networks, g_inet_address_mask_new (base, bits, NULL));
}

static guint
count_bits (const guint8 *mask,
            gsize         size)
{
  guint bits = 0;

  while (bits < size * 8 && (mask[bits / 8] & (0x80u >> (bits % 8))) != 0)
    bits++;

  return bits;
}

static void
add_interface (ThruAddressPolicy    *policy,
               const struct ifaddrs *interface)
{
  g_autoptr(GInetAddress) address = NULL;
  guint bits;

  if (interface->ifa_addr == NULL || interface->ifa_netmask == NULL || (interface->ifa_flags & IFF_UP) == 0)
    return;

  if (interface->ifa_addr->sa_family == AF_INET)
    {
      const struct sockaddr_in *own = (const void *)interface->ifa_addr;
      const struct sockaddr_in *mask = (const void *)interface->ifa_netmask;

      address = g_inet_address_new_from_bytes ((const guint8 *)&own->sin_addr, G_SOCKET_FAMILY_IPV4);
      bits = count_bits ((const guint8 *)&mask->sin_addr, sizeof mask->sin_addr);
    }
  else if (interface->ifa_addr->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *own = (const void *)interface->ifa_addr;
      const struct sockaddr_in6 *mask = (const void *)interface->ifa_netmask;

      address = g_inet_address_new_from_bytes ((const guint8 *)&own->sin6_addr, G_SOCKET_FAMILY_IPV6);
      bits = count_bits ((const guint8 *)&mask->sin6_addr, sizeof mask->sin6_addr);
    }
  else
    {
      return;
    }

  thru_address_policy_add (policy, address, bits);
}

void
thru_address_policy_refresh (ThruAddressPolicy *policy)
{
  struct ifaddrs *interfaces = NULL;

  g_return_if_fail (policy != NULL);

  if (getifaddrs (&interfaces) != 0)
    return;

  g_ptr_array_set_size (policy->networks, 0);
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    add_interface (policy, i);

  freeifaddrs (interfaces);
}

gboolean
thru_address_policy_allows (ThruAddressPolicy *policy,
                            GInetAddress      *address)
{
  g_autoptr(GInetAddress) inner = NULL;

  g_return_val_if_fail (policy != NULL, FALSE);
  g_return_val_if_fail (G_IS_INET_ADDRESS (address), FALSE);

  inner = thru_address_unmap (address);

  if (g_inet_address_get_is_loopback (inner) || g_inet_address_get_is_link_local (inner))
    return TRUE;

  for (guint i = 0; i < policy->networks->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (policy->networks, i), inner))
        return TRUE;
    }

  return FALSE;
}
