// Enumeration tables: the choices of CIM_ReplicationSettingData.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view pairing_source = "[spec] CIM_ReplicationSettingData.Pairing";
constexpr std::array<EnumValue, 3> pairing_values = {{
    {2, "Instrumentation decides", "", v2_28, "the provider chooses", pairing_source},
    {3, "Exact order", "", v2_28, "members pair by position", pairing_source},
    {4, "Optimum", "", v2_28, "members pair over different paths if possible", pairing_source},
}};

constexpr std::string_view unequal_groups_action_source =
    "[spec] CIM_ReplicationSettingData.UnequalGroupsAction";
constexpr std::array<EnumValue, 3> unequal_groups_action_values = {{
    {2, "Return an error", "", v2_28, "groups of different size are refused",
     unequal_groups_action_source},
    {3, "Allow source group to be larger", "", v2_28, "sources may be left over",
     unequal_groups_action_source},
    {4, "Allow target group to be larger", "", v2_28, "targets may be left over",
     unequal_groups_action_source},
}};

constexpr std::string_view unequal_lists_action_source =
    "[spec] CIM_ReplicationSettingData.UnequalListsAction";
constexpr std::array<EnumValue, 3> unequal_lists_action_values = {{
    {2, "Return an error", "", v2_28, "lists of different length are refused",
     unequal_lists_action_source},
    {3, "Allow source list to be larger", "", v2_28, "sources may be left over",
     unequal_lists_action_source},
    {4, "Allow target list to be larger", "", v2_28, "targets may be left over",
     unequal_lists_action_source},
}};

constexpr std::string_view desired_copy_methodology_source =
    "[spec] CIM_ReplicationSettingData.DesiredCopyMethodology";
constexpr std::array<EnumValue, 11> desired_copy_methodology_values = {{
    {1, "Other", "", v2_28, "none of these", desired_copy_methodology_source},
    {2, "Instrumentation decides", "", v2_28, "the provider chooses",
     desired_copy_methodology_source},
    {3, "Full-Copy", "", v2_28, "all blocks are copied", desired_copy_methodology_source},
    {4, "Incremental-Copy", "", v2_28, "only changed blocks since the last copy",
     desired_copy_methodology_source},
    {5, "Differential-Copy", "", v2_28, "only blocks that differ", desired_copy_methodology_source},
    {6, "Copy-On-Write", "", v2_28, "old data is saved before it is overwritten",
     desired_copy_methodology_source},
    {7, "Copy-On-Access", "", v2_28, "a block is copied when it is touched",
     desired_copy_methodology_source},
    {8, "Delta-Update", "", v2_28, "differences are sent at intervals",
     desired_copy_methodology_source},
    {9, "Snap-And-Clone", "", v2_28, "a snapshot first, then a clone of it",
     desired_copy_methodology_source},
    {10, "Copy-before-Activation", "", v2_41, "the copy is made before it is activated",
     desired_copy_methodology_source},
    {11, "Redirect-On-Write", "", v2_49, "new data goes to a new place",
     desired_copy_methodology_source},
}};

constexpr std::string_view target_element_supplier_source =
    "[spec] CIM_ReplicationSettingData.TargetElementSupplier";
constexpr std::array<EnumValue, 5> target_element_supplier_values = {{
    {1, "Use existing", "", v2_28, "only elements that exist", target_element_supplier_source},
    {2, "Create new", "", v2_28, "only new elements", target_element_supplier_source},
    {3, "Use and create", "", v2_28, "existing ones first, then new ones",
     target_element_supplier_source},
    {4, "Instrumentation decides", "", v2_28, "the provider chooses",
     target_element_supplier_source},
    {5, "Client must supply", "", v2_28, "the call must name the target",
     target_element_supplier_source},
}};

constexpr std::string_view thin_provisioning_policy_source =
    "[spec] CIM_ReplicationSettingData.ThinProvisioningPolicy";
constexpr std::array<EnumValue, 6> thin_provisioning_policy_values = {{
    {2, "Copy thin source to thin target", "", v2_28, "thin to thin",
     thin_provisioning_policy_source},
    {3, "Copy thin source to full target", "", v2_28, "thin to full",
     thin_provisioning_policy_source},
    {4, "Copy full source to thin target", "", v2_28, "full to thin",
     thin_provisioning_policy_source},
    {5, "Provisioning of target same as source", "", v2_28, "as the source",
     thin_provisioning_policy_source},
    {6, "Target pool decides provisioning of target element", "", v2_28, "as the pool",
     thin_provisioning_policy_source},
    {7, "Implementation decides provisioning of target", "", v2_28, "the provider chooses",
     thin_provisioning_policy_source},
}};

constexpr std::string_view on_group_or_list_error_source =
    "[spec] CIM_ReplicationSettingData.OnGroupOrListError";
constexpr std::array<EnumValue, 2> on_group_or_list_error_values = {{
    {2, "Continue", "", v2_28, "go on with the other members", on_group_or_list_error_source},
    {3, "Stop", "", v2_28, "leave the other members untouched", on_group_or_list_error_source},
}};

constexpr std::string_view storage_compression_policy_source =
    "[spec] CIM_ReplicationSettingData.StorageCompressionPolicy";
constexpr std::array<EnumValue, 6> storage_compression_policy_values = {{
    {2, "Compressed source to compressed target", "", v2_41, "compressed to compressed",
     storage_compression_policy_source},
    {3, "Compressed source to uncompressed target", "", v2_41, "compressed to plain",
     storage_compression_policy_source},
    {4, "Uncompressed source to compressed target", "", v2_41, "plain to compressed",
     storage_compression_policy_source},
    {5, "Compression of target same as source", "", v2_41, "as the source",
     storage_compression_policy_source},
    {6, "Target pool decides compression of target element", "", v2_41, "as the pool",
     storage_compression_policy_source},
    {7, "Implementation decides compression of target", "", v2_41, "the provider chooses",
     storage_compression_policy_source},
}};

constexpr std::string_view target_element_goal_source =
    "[spec] CIM_ReplicationSettingData.TargetElementGoal";
constexpr std::array<EnumValue, 2> target_element_goal_values = {{
    {2, "Implementation decides", "", v2_41, "the provider chooses", target_element_goal_source},
    {3, "Same as source element", "", v2_41, "as the source", target_element_goal_source},
}};

constexpr std::string_view target_element_pool_source =
    "[spec] CIM_ReplicationSettingData.TargetElementResourcePool";
constexpr std::array<EnumValue, 2> target_element_pool_values = {{
    {2, "Implementation decides", "", v2_41, "the provider chooses", target_element_pool_source},
    {3, "Same as source element", "", v2_41, "the pool of the source", target_element_pool_source},
}};

constexpr std::string_view changeable_type_source = "[spec] CIM_SettingData.ChangeableType";
constexpr std::array<EnumValue, 4> changeable_type_values = {{
    {0, "Not Changeable - Persistent", "", v2_28, "fixed, kept", changeable_type_source},
    {1, "Changeable - Transient", "", v2_28, "changeable, lost at restart", changeable_type_source},
    {2, "Changeable - Persistent", "", v2_28, "changeable, kept", changeable_type_source},
    {3, "Not Changeable - Transient", "", v2_28, "fixed, lost at restart", changeable_type_source},
}};

}  // namespace

constexpr Enumeration pairing_enumeration{"Pairing", pairing_values};
constexpr Enumeration unequal_groups_action_enumeration{"UnequalGroupsAction",
                                                        unequal_groups_action_values};
constexpr Enumeration unequal_lists_action_enumeration{"UnequalListsAction",
                                                       unequal_lists_action_values};
constexpr Enumeration desired_copy_methodology_enumeration{"DesiredCopyMethodology",
                                                           desired_copy_methodology_values};
constexpr Enumeration target_element_supplier_enumeration{"TargetElementSupplier",
                                                          target_element_supplier_values};
constexpr Enumeration thin_provisioning_policy_enumeration{"ThinProvisioningPolicy",
                                                           thin_provisioning_policy_values};
constexpr Enumeration on_group_or_list_error_enumeration{"OnGroupOrListError",
                                                         on_group_or_list_error_values};
constexpr Enumeration storage_compression_policy_enumeration{"StorageCompressionPolicy",
                                                             storage_compression_policy_values};
constexpr Enumeration target_element_goal_enumeration{"TargetElementGoal",
                                                      target_element_goal_values};
constexpr Enumeration target_element_pool_enumeration{"TargetElementResourcePool",
                                                      target_element_pool_values};
constexpr Enumeration changeable_type_enumeration{"ChangeableType", changeable_type_values};

}  // namespace replsim::cim
