// CreateElementReplica: its table of checks, and what the engine is asked for.
// Source: rulings R1, R2; cim_replication_service.md section C.
#pragma once

#include <optional>
#include <span>

#include "model/engine/array.h"
#include "model/services/call_checks.h"

namespace replsim::services {

/// The checks in their order.
std::span<const CheckRow> create_checks();
/// The request of a call that passed them all.
engine::CreateRequest create_request(const CheckedCall& call);

/// Mode, or what the provider picks for none.
cim::Mode creation_mode(const CheckedCall& call);
/// The source takes space when it is first written.
bool source_is_thin(const CheckedCall& call);
/// None: it is in no pool.
std::optional<cim::ObjectPath> source_pool(const CheckedCall& call);

}  // namespace replsim::services
